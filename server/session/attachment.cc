#include "server/session/attachment.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

#include "server/errors.h"

namespace gradd::server {

absl::StatusOr<Attachment::Verdict> Attachment::Admit(uint64_t sequence,
                                                      absl::string_view payload) {
  if (sequence == 0) return errors::SequenceMissing();
  if (sequence > applied_ + 1) return errors::SequenceGap(sequence, applied_ + 1);
  const uint64_t fingerprint = absl::Hash<absl::string_view>()(payload);
  if (sequence == applied_ + 1) {
    pending_fingerprint_ = fingerprint;
    return Verdict{true, {}};
  }
  if (sequence <= dropped_) return errors::AnswerDropped(sequence);
  if (fingerprints_[first_ + (sequence - dropped_ - 1)] != fingerprint) {
    return errors::OtherPayload(sequence);
  }
  const auto kept = std::lower_bound(
      kept_.begin(), kept_.end(), sequence,
      [](const Kept& answer, uint64_t number) { return answer.sequence < number; });
  if (kept == kept_.end() || kept->sequence != sequence) return Verdict{false, {}};
  return Verdict{false, kept->answer};
}

void Attachment::Applied(absl::Cord answer) {
  ++applied_;
  fingerprints_.push_back(pending_fingerprint_);
  if (answer.empty()) return;
  const auto size = static_cast<int64_t>(answer.size());
  answer_bytes_ += size;
  Kept& kept = kept_.emplace_back();
  kept.sequence = applied_;
  kept.answer = std::move(answer);
  if (answer_bytes_ <= limits_.free_bytes) return;
  absl::StatusOr<Reservation> memory = Reservation::Take(budget_, size);
  if (memory.ok()) {
    kept.memory = *std::move(memory);
  } else {
    kept.unreserved = true;
    ++unreserved_;
  }
}

void Attachment::Acknowledge(uint64_t sequence) {
  sequence = std::min(sequence, applied_);
  if (sequence <= dropped_) return;
  first_ += sequence - dropped_;
  dropped_ = sequence;
  // Moving what is left down costs less than what was dropped, so a command's share is constant.
  if (first_ * 2 >= fingerprints_.size()) {
    fingerprints_.erase(fingerprints_.begin(), fingerprints_.begin() + first_);
    first_ = 0;
    if (fingerprints_.empty()) std::vector<uint64_t>().swap(fingerprints_);
  }
  auto kept = kept_.begin();
  for (; kept != kept_.end() && kept->sequence <= dropped_; ++kept) {
    answer_bytes_ -= static_cast<int64_t>(kept->answer.size());
    unreserved_ -= kept->unreserved;
  }
  kept_.erase(kept_.begin(), kept);
  if (kept_.empty()) std::vector<Kept>().swap(kept_);
}

void Attachment::MakeRoom() {
  while (full()) {
    // Half of the commands at a time, so that dropping costs little each.
    Acknowledge(dropped_ + (applied_ - dropped_ + 1) / 2);
  }
}

void Attachment::ForEachKept(absl::FunctionRef<void(uint64_t, const absl::Cord&)> visit) const {
  for (const Kept& kept : kept_) visit(kept.sequence, kept.answer);
}

bool Attachment::AdmitAttempt(uint64_t attempt) {
  if (attempt != 0 && attempt < last_attempt_) return false;
  last_attempt_ = std::max(last_attempt_, attempt);
  return true;
}

uint64_t Attachment::OpenStream(absl::AnyInvocable<void(absl::Status)> close) {
  CloseStream(errors::StreamFenced());
  close_ = std::move(close);
  return ++stream_;
}

void Attachment::StreamEnded(uint64_t stream) {
  if (IsCurrent(stream)) close_ = nullptr;
}

void Attachment::CloseStream(absl::Status status) {
  if (auto close = std::exchange(close_, nullptr)) close(std::move(status));
  // Numbers are not used again: what the closed stream still has queued is no longer current.
  ++stream_;
}

}  // namespace gradd::server
