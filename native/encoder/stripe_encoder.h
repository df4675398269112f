// One picture encoded by several threads, in stripes that begin with a restart interval.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "encoder/jpeg_encoder.h"

namespace pcs {

// A restart marker ends everything that one MCU hands on to the next (ITU-T T.81, section F.1.1.5.1), so rows
// that begin with an interval can be encoded as a JPEG of their own and its scan be cut out. The result is,
// byte for byte, what one thread makes. encode() and stop() from one thread at a time.
class StripeEncoder {
 public:
  // threads: how many encode, with the one that calls encode(). The others are started by the first picture
  // that has stripes for them, and sleep between pictures.
  explicit StripeEncoder(uint32_t threads) : helper_count_(threads - 1) {}
  ~StripeEncoder() { stop(); }
  StripeEncoder(const StripeEncoder&) = delete;
  StripeEncoder& operator=(const StripeEncoder&) = delete;

  // As JpegEncoder::encode. Without restart intervals the calling thread does it alone.
  size_t encode(const ImageView& image, const JpegSettings& settings, FrameSlot out, EncodeProgress* progress,
                Failure& failure);

  void stop();  // joins the helpers; the next picture starts new ones

 private:
  struct Part {
    Stripe stripe;
    uint32_t first_interval;  // its number in the picture
    FrameSlot out;            // of the first part the picture's own, else scratch
    size_t bytes;
    bool finished;
  };

  void plan_stripes(const ImageView& image, uint32_t restart_interval);
  void keep_helpers_off_this_processor();
  void help();
  void begin(const ImageView& image, const JpegSettings& settings, FrameSlot out, EncodeProgress* progress);
  void encode_next(std::unique_lock<std::mutex>& lock, JpegEncoder& encoder);
  void fail(const Failure& failure);
  void join_finished(std::unique_lock<std::mutex>& lock);
  bool append(size_t index, Failure& failure);

  const uint32_t helper_count_;
  std::vector<std::thread> helpers_;
  int helpers_kept_off_ = -1;  // a processor's number
  JpegEncoder encoder_;        // this and the next: the calling thread's
  std::vector<Part> planned_;  // of the picture to come

  std::mutex mutex_;  // held for everything below; let go of to encode a part or to join parts
  std::condition_variable begun_;
  std::condition_variable finished_;
  ImageView image_{};
  JpegSettings settings_{};
  FrameSlot out_{};
  EncodeProgress* progress_ = nullptr;
  std::vector<Part> parts_;
  std::unique_ptr<uint8_t[]> scratch_;  // room for the worst case; pages that are never written cost nothing
  size_t scratch_bytes_ = 0;
  size_t next_ = 0;       // the part to be taken next
  size_t in_flight_ = 0;  // parts taken and not finished
  size_t joined_ = 0;     // parts that lie in out_
  size_t bytes_ = 0;      // of out_ that they fill
  bool joining_ = false;  // a thread is at it
  bool failed_ = false;
  Failure failure_{};
  bool ending_ = false;
};

}  // namespace pcs
