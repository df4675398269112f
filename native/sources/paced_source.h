// A source that makes its own frames, on an absolute grid of times or as fast as they are taken.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/frame_source.h"

namespace pcs {

// Makes the frames of a PacedSource. Used by one thread at a time.
class FrameProducer {
 public:
  virtual ~FrameProducer() = default;

  // fps is the rate of the content, live says whether frames are made on the grid; PacedSource fills both.
  virtual SourceInfo info() const = 0;

  // Bytes that one frame needs.
  virtual size_t frame_bytes() const = 0;

  enum class Result { kFrame, kEnd, kFailed };

  // Makes the next frame in memory, which is as this call left it last time for the same pointer, and fills
  // everything of the frame but its lease and its sensor metadata. capture_time_us and sequence are set
  // before.
  virtual Result produce(uint8_t* memory, RawFrame& frame, Failure& failure) = 0;
};

struct Pacing {
  bool paced = true;  // false: frames are made as soon as a buffer is free, and none is lost
  double fps = 30;
  Orientation orientation = Orientation::kNone;  // left to the encoder
};

class PacedSource final : public FrameSource {
 public:
  PacedSource(std::unique_ptr<FrameProducer> producer, Pacing pacing);
  ~PacedSource() override;

  SourceInfo info() const override;
  bool start(FrameSink& sink, Failure& failure) override;
  void stop() override;
  bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure) override;
  SourceCounters counters() const override;

 private:
  void run(FrameSink& sink);
  bool wait_for_time(int64_t time_us);
  bool skip_missed(int64_t due_us, double interval_us, uint64_t& sequence);
  // A free buffer's number; -1 when there is none (paced) or the source is being stopped.
  int take_buffer();
  // Waits for the buffers that are still lent. False when the source is being stopped.
  bool wait_for_all_buffers();
  void release(uint64_t buffer);

  std::unique_ptr<FrameProducer> producer_;
  const Pacing pacing_;
  std::vector<std::vector<uint8_t>> buffers_;
  mutable std::mutex mutex_;
  std::condition_variable hurried_;   // for who waits for a time
  std::condition_variable returned_;  // for who waits for buffers
  std::vector<bool> lent_;
  size_t free_ = 0;
  bool stopping_ = false;
  uint64_t frames_lost_ = 0;
  std::thread thread_;
};

}  // namespace pcs
