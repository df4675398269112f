// One camera's way from raw frames to JPEG in the pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/encode_progress.h"
#include "core/frame_fork.h"
#include "core/frame_pool.h"
#include "core/frame_source.h"
#include "core/frame_tap.h"
#include "core/latest_queue.h"
#include "core/progress_policy.h"

namespace pcs {

// A frame that lies in a slot, ready to be sent, or as much of it as is ready.
struct EncodedFrame {
  uint32_t slot;
  uint32_t width;       // pixels, of the JPEG
  uint32_t height;      // pixels, of the JPEG
  uint64_t jpeg_bytes;  // that are final
  bool passed_through;  // the source delivered the JPEG itself
  int quality;          // libjpeg's, 1..100; 0 when passed through
  // CLOCK_MONOTONIC
  int64_t capture_time_us;
  int64_t received_time_us;      // when the source handed it over
  int64_t encode_start_time_us;  // when the encoder's thread began with it
  int64_t encoded_time_us;       // when the last byte was written; 0 before
  uint64_t sequence;             // the source's
  SensorMetadata sensor;
};

// Called from the session's, the encoder's and the source's threads; of one frame never by two at a time. A
// slot's lease passes on with the first call that names it, and may end once on_encoded or on_abandoned has
// come.
class SessionListener {
 public:
  virtual void on_encoded(const EncodedFrame& frame) noexcept = 0;
  // The first jpeg_bytes bytes of a frame that is still being encoded: at least its whole header.
  virtual void on_progress(const EncodedFrame& frame) noexcept = 0;
  // A frame of which on_progress has told will not be completed.
  virtual void on_abandoned(uint32_t slot) noexcept = 0;
  // A frame has come of which nobody wants a JPEG.
  virtual void on_passed_over() noexcept = 0;
  virtual void on_event(SourceEvent event, const Failure& failure) noexcept = 0;

 protected:
  ~SessionListener() = default;
};

// What turns a raw frame into bytes. The session knows no codec.
class FrameEncoder {
 public:
  virtual ~FrameEncoder() = default;
  // Fills width, height, jpeg_bytes, passed_through and quality of result and writes the bytes to slot. False
  // with the reason. progress, if any, hears how far it has come; all but jpeg_bytes is filled by then.
  virtual bool encode(const RawFrame& frame, FrameSlot slot, EncodeProgress* progress, EncodedFrame& result,
                      Failure& failure) = 0;
  // After the last frame, from the thread that encoded it: ends the threads that helped, if any.
  virtual void stop() = 0;
};

struct SessionCounters {
  uint64_t captured;         // frames that the source delivered
  uint64_t encoded;          // frames that reached the listener
  uint64_t dropped_encoder;  // displaced in the queue: the encoder is slower than the camera
  uint64_t dropped_no_slot;  // every slot was leased: a consumer is slower than the encoder
  uint64_t dropped_failed;   // the encoder refused the frame
  uint64_t encode_time_us;   // spent in the encoder, all frames together
  SourceCounters source;
};

// Threads: the source's calls on_frame; one of its own encodes. start() and stop() from any one thread
// at a time.
class CaptureSession final : private FrameSink {
 public:
  // progress_interval_us: how often the listener hears of a frame that is being encoded; 0: not at all.
  CaptureSession(std::unique_ptr<FrameSource> source, std::unique_ptr<FrameEncoder> encoder,
                 std::vector<FrameSlot> slots, int64_t progress_interval_us, SessionListener& listener);
  ~CaptureSession();

  // At first, and again after pause(). When it fails the session can only be stopped.
  bool start(Failure& failure);

  // Stops the source, which is kept. Frames that are on their way go on. May block; idempotent.
  void pause();

  // Stops source and encoder, joins the thread and lets the source go, for good. After it the listener is not
  // called again, and no slot is written to. A frame that is being encoded is finished. May block for one
  // frame; idempotent.
  void stop();

  FramePool& pool() { return pool_; }
  const SourceInfo& source_info() const { return info_; }
  // Whether frames become JPEGs, from the next one on; they do at first. Any thread.
  void set_encoding(bool is_encoding) { is_encoding_ = is_encoding; }
  // Frames go there, too, from now on, in place of the tap before it. A session that has been stopped drains
  // the tap at once. Any thread.
  void set_tap(std::shared_ptr<FrameTap> tap);
  // On return the tap gets no more frames. Harmless when it is not the session's. Any thread.
  void remove_tap(const FrameTap& tap);
  // Of the source, see there. Any thread.
  bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure);
  SessionCounters counters() const;  // any thread

 private:
  void on_frame(const RawFrame& frame) noexcept override;
  void on_event(SourceEvent event, const Failure& failure) noexcept override;
  void drain_tap();
  void encode_frames();
  void encode_frame(const QueuedFrame& frame);
  void tell_ready();
  void drop_failed(uint32_t slot, bool told, const Failure& failure);

  FramePool pool_;
  LatestQueue queue_;
  FrameFork fork_;
  std::mutex tap_mutex_;  // held while a frame goes to the tap
  std::shared_ptr<FrameTap> tap_;
  bool takes_taps_ = true;
  SessionListener& listener_;
  std::unique_ptr<FrameEncoder> encoder_;
  const SourceInfo info_;
  std::atomic<bool> is_encoding_{true};
  ProgressPolicy progress_;          // of the threads that encode, one after another
  mutable std::mutex source_mutex_;  // held to look at source_ and to let it go
  std::unique_ptr<FrameSource> source_;
  SourceCounters last_source_counters_{};
  bool is_started_ = false;
  // Frames of which the listener has not heard yet; the encoder's thread only. Of one that comes at its own
  // time it hears at once. Those that are made when there is room it is told of several at a time: to wake it
  // for each costs more than to send the frame.
  std::vector<EncodedFrame> ready_;
  const size_t ready_at_once_;
  std::thread thread_;
  std::atomic<uint64_t> captured_{0};
  std::atomic<uint64_t> encoded_{0};
  std::atomic<uint64_t> dropped_no_slot_{0};
  std::atomic<uint64_t> dropped_failed_{0};
  std::atomic<uint64_t> encode_time_us_{0};
};

}  // namespace pcs
