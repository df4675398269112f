// One camera's way from raw frames to video in the pool, as long as somebody watches.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/failure.h"
#include "core/frame_pool.h"
#include "core/frame_tap.h"

namespace pcs {

// A frame of video that lies in a slot.
struct EncodedVideo {
  uint32_t slot;
  uint32_t width;   // pixels
  uint32_t height;  // pixels
  uint64_t bytes;   // 0: the encoder left the frame out
  bool is_keyframe;
  bool by_hardware;
  int64_t capture_time_us;  // CLOCK_MONOTONIC
  uint64_t sequence;        // the source's
};

// Called from the session's thread. The slot's lease passes on with the call.
class VideoListener {
 public:
  virtual void on_video(const EncodedVideo& video) noexcept = 0;
  // is_over: the encoder can't go on with this source, and nothing comes after it. Else it gets over it.
  virtual void on_video_failed(const Failure& failure, bool is_over) noexcept = 0;

 protected:
  ~VideoListener() = default;
};

// A video codec with what it needs to take raw frames. The session knows none.
class VideoEncoder {
 public:
  virtual ~VideoEncoder() = default;
  // Fills width, height, bytes, is_keyframe and by_hardware of result and writes the bytes to slot. False
  // with the reason; true with one when something failed that it gets over. Each frame builds on those
  // before, so that what was encoded has to be sent.
  virtual bool encode(const RawFrame& frame, bool wants_keyframe, uint32_t bitrate_bps, FrameSlot slot,
                      EncodedVideo& result, Failure& failure) = 0;
};

struct VideoCounters {
  uint64_t encoded;
  uint64_t keyframes;
  uint64_t bytes;
  uint64_t dropped_encoder;  // displaced in the queue: the encoder is slower than the camera
  uint64_t dropped_no_slot;  // every slot was leased: a consumer is slower than the encoder
  uint64_t encode_time_us;
  uint64_t by_hardware;  // of those encoded
};

// Threads: the capture session's source calls on_raw_frame; one of its own encodes.
class VideoSession final : public FrameTap {
 public:
  VideoSession(std::unique_ptr<VideoEncoder> encoder, std::vector<FrameSlot> slots, uint32_t bitrate_bps,
               VideoListener& listener);
  ~VideoSession() override;

  void on_raw_frame(const QueuedFrame& frame) noexcept override { queue_.push(frame); }
  // For good. After it the listener is not called again, and no slot is written to. Idempotent.
  void drain() override;

  // Any thread; from the next frame on.
  void request_keyframe() { wants_keyframe_ = true; }
  void set_bitrate(uint32_t bitrate_bps) { bitrate_bps_ = bitrate_bps; }

  FramePool& pool() { return pool_; }
  VideoCounters counters() const;

 private:
  // Video is to be of now: a frame that waits is displaced by the next.
  static constexpr size_t kQueueDepth = 1;

  void encode_frames();
  bool encode_frame(const QueuedFrame& frame);

  FramePool pool_;
  LatestQueue queue_{kQueueDepth};
  VideoListener& listener_;
  std::unique_ptr<VideoEncoder> encoder_;
  std::atomic<bool> wants_keyframe_{true};
  std::atomic<uint32_t> bitrate_bps_;
  std::atomic<uint64_t> encoded_{0};
  std::atomic<uint64_t> keyframes_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> dropped_no_slot_{0};
  std::atomic<uint64_t> encode_time_us_{0};
  std::atomic<uint64_t> by_hardware_{0};
  std::mutex joining_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace pcs
