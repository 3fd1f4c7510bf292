// How threads that compute share processors with threads that are waited for.
//
// Linux's scheduler (EEVDF, since 6.6) lets a thread that wakes up a little above its fair share
// wait until the running one's time is up, which it looks at every tick: 4 ms at 250 Hz. A thread
// of an RPC that has just answered is often such a one, and waits whenever all processors compute.
#pragma once

namespace gradd {

// For a thread that computes for long: asks the kernel for slices of 0.1 ms instead of its default
// of about 3 ms, so that GiveWay costs the thread no more than that much of its share. Kernels
// before 6.12 know no such thing; there GiveWay does nothing.
void UseShortTimeSlices();

// Between pieces of long work: lets threads run that wait for the calling thread's processor, if it
// uses short time slices and has not done so for one.
void GiveWay();

}  // namespace gradd
