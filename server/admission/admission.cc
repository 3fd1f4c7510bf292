#include "server/admission/admission.h"

#include "server/errors.h"

namespace gradd::server {

absl::StatusOr<Admission::Share> Admission::Admit(Count& count, int64_t limit,
                                                  absl::string_view subject) {
  // Counted before the look at `draining_`: who waits for idle() after Drain() misses nobody.
  const int64_t all = count.Take(1);
  Share share(&count, 1);
  if (draining_.load()) return errors::Draining();
  if (all > limit) return errors::Overloaded(subject, limit);
  return share;
}

absl::StatusOr<Admission::Share> Admission::AdmitCall() {
  return Admit(calls_, limits_.calls, "calls");
}

absl::StatusOr<Admission::Share> Admission::AdmitStream() {
  return Admit(streams_, limits_.streams, "streams");
}

absl::StatusOr<Admission::Share> Admission::AdmitBytes(int64_t bytes) {
  const int64_t all = bytes_.Take(bytes);
  Share share(&bytes_, bytes);
  // A single request may always wait alone, whatever its size.
  if (all > limits_.bytes && all > bytes) return errors::Overloaded("bytes", limits_.bytes);
  return share;
}

Admission::Share Admission::CountBytes(int64_t bytes) {
  bytes_.Take(bytes);
  return Share(&bytes_, bytes);
}

}  // namespace gradd::server
