#ifndef GRADD_BENCH_RPC_API_STREAM_SESSION_H_
#define GRADD_BENCH_RPC_API_STREAM_SESSION_H_

#include <cstdint>
#include <mutex>
#include <variant>
#include <vector>

#include "rpc_api.pb.h"
#include <grpcpp/support/byte_buffer.h>

#include "bench/rpc_api/pool.h"

namespace gradd::bench {

// The part of a stream that differs between gRPC APIs.
class ReplyWriter {
 public:
  // Writes `applied`; StreamSession::OnWriteDone follows, possibly before this returns.
  virtual void Write(uint64_t applied) = 0;
  // Ends the stream; called once, last, and with no write outstanding. The session may be gone
  // when it returns.
  virtual void Finish() = 0;

 protected:
  ~ReplyWriter() = default;
};

// What the server does with a stream, whichever API carries it: the RPC thread appends to an inbox,
// a strand on the pool applies messages in order and acknowledges from there. At most one write is
// outstanding; acknowledgements that pile up behind it merge into the newest.
class StreamSession final : public Runnable {
 public:
  // Decoded by the RPC thread, or still to be decoded by the strand.
  using Message = std::variant<StreamRequest, grpc::ByteBuffer>;

  // Without a pool messages are applied on the RPC thread.
  StreamSession(Pool* pool, ReplyWriter* writer) : pool_(pool), writer_(writer) {}

  // Called by the RPC side, one at a time.
  void OnMessage(Message message);
  void OnReadsDone();

  void OnWriteDone();  // called by whoever learns of it

  void Run() override;

 private:
  void Apply(const StreamRequest& message);
  bool ReadyToFinish();  // REQUIRES: mutex_ held; true at most once

  Pool* const pool_;
  ReplyWriter* const writer_;
  uint64_t applied_ = 0;   // strand only
  uint64_t checksum_ = 0;  // strand only; keeps the decoded bytes from being unused

  std::mutex mutex_;
  std::vector<Message> inbox_;
  uint64_t pending_ack_ = 0;
  bool running_ = false;
  bool writing_ = false;
  bool reads_done_ = false;
  bool finished_ = false;
};

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_STREAM_SESSION_H_
