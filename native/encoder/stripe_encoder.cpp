#include "encoder/stripe_encoder.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/thread_name.h"
#include "encoder/restart_markers.h"

namespace pcs {
namespace {

// Stripes get smaller towards the end, so that no thread waits long for the one that has the last: each takes
// this part of a thread's share of what is left, and no fewer rows of MCUs than begin to cost more than they
// gain.
constexpr uint32_t kStripesPerShare = 4;
constexpr uint32_t kFewestMcuRows = 2;

// Marker codes (ITU-T T.81, table B.1).
constexpr uint8_t kSof0 = 0xC0, kSos = 0xDA;
constexpr size_t kMarkerBytes = 2;

uint8_t* segment_of(uint8_t* jpeg, uint8_t marker) {
  uint8_t* segment = jpeg + kMarkerBytes;  // past SOI
  while (segment[1] != marker) segment += kMarkerBytes + (segment[2] << 8 | segment[3]);
  return segment;
}

// The frame header's Y stands behind length and sample precision (ITU-T T.81, section B.2.2).
void set_height(uint8_t* jpeg, uint32_t height) {
  uint8_t* y = segment_of(jpeg, kSof0) + 5;
  y[0] = static_cast<uint8_t>(height >> 8);
  y[1] = static_cast<uint8_t>(height);
}

uint8_t* scan_of(uint8_t* jpeg) {
  uint8_t* header = segment_of(jpeg, kSos);
  return header + kMarkerBytes + (header[2] << 8 | header[3]);
}

}  // namespace

size_t StripeEncoder::encode(const ImageView& image, const JpegSettings& settings, FrameSlot out,
                             EncodeProgress* progress, Failure& failure) {
  const bool alone = helper_count_ == 0 || settings.restart_interval == 0 || image.width == 0;
  if (!alone) plan_stripes(image, settings.restart_interval);
  if (alone || planned_.size() < 2) return encoder_.encode(image, settings, out, progress, failure);
  while (helpers_.size() < helper_count_) helpers_.emplace_back([this] { help(); });
  keep_helpers_off_this_processor();
  std::unique_lock lock(mutex_);
  begin(image, settings, out, progress);
  lock.unlock();  // else they would wake up to wait for it
  begun_.notify_all();
  lock.lock();
  while (next_ < parts_.size()) encode_next(lock, encoder_);
  finished_.wait(lock, [this] { return in_flight_ == 0 && !joining_; });
  if (!failed_) return bytes_;
  failure = failure_;
  return 0;
}

// A stripe begins where an interval begins at the picture's left edge.
void StripeEncoder::plan_stripes(const ImageView& image, uint32_t restart_interval) {
  const uint32_t columns = mcu_columns(image.width);
  const uint32_t period = restart_interval / std::gcd(restart_interval, columns);  // in rows of MCUs
  const uint32_t picture_rows = (image.height + mcu_rows(image.layout) - 1) / mcu_rows(image.layout);
  planned_.clear();
  for (uint32_t row = 0, rows = 0; row < picture_rows; row += rows) {
    const uint32_t share = (picture_rows - row) / (kStripesPerShare * (helper_count_ + 1));
    rows = (std::max(share, kFewestMcuRows) + period - 1) / period * period;
    const Stripe stripe = {row * mcu_rows(image.layout), rows * mcu_rows(image.layout)};
    const auto first_interval = static_cast<uint32_t>(uint64_t{row} * columns / restart_interval);
    planned_.push_back({stripe, first_interval, {}, 0, false});
  }
}

// A helper that is woken on the processor that wakes it takes the place of the calling thread, and neither is
// any faster. Kernels do that: those of virtual machines always, where the other processors sleep.
void StripeEncoder::keep_helpers_off_this_processor() {
  const int processor = sched_getcpu();
  if (processor < 0 || processor == helpers_kept_off_) return;
  helpers_kept_off_ = processor;
  cpu_set_t others;
  if (sched_getaffinity(0, sizeof others, &others) != 0) return;
  CPU_CLR(static_cast<size_t>(processor), &others);
  if (CPU_COUNT(&others) == 0) return;  // there is no other
  for (auto& helper : helpers_) pthread_setaffinity_np(helper.native_handle(), sizeof others, &others);
}

void StripeEncoder::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    begun_.notify_all();
  }
  for (auto& helper : helpers_) helper.join();
  helpers_.clear();
  helpers_kept_off_ = -1;
  ending_ = false;
}

void StripeEncoder::help() {
  name_this_thread("jpeg-helper");
  JpegEncoder encoder;
  std::unique_lock lock(mutex_);
  for (;;) {
    begun_.wait(lock, [this] { return ending_ || next_ < parts_.size(); });
    if (ending_) return;
    encode_next(lock, encoder);
  }
}

void StripeEncoder::begin(const ImageView& image, const JpegSettings& settings, FrameSlot out,
                          EncodeProgress* progress) {
  image_ = image;
  settings_ = settings;
  out_ = out;
  progress_ = progress;
  parts_.swap(planned_);
  const auto bytes_of = [&](const Part& part) {
    return JpegEncoder::max_bytes(image.layout, image.width, part.stripe.row_count);
  };
  size_t needed = 0;
  for (const Part& part : parts_) needed += bytes_of(part);
  if (needed > scratch_bytes_) {
    scratch_ = std::make_unique_for_overwrite<uint8_t[]>(needed);
    scratch_bytes_ = needed;
  }
  uint8_t* scratch = scratch_.get();
  for (Part& part : parts_) {
    part.out = {scratch, bytes_of(part)};
    scratch += part.out.capacity_bytes;
  }
  parts_[0].out = out;
  next_ = joined_ = bytes_ = 0;
  failed_ = false;
}

// Takes the next part and encodes it, unlocked.
void StripeEncoder::encode_next(std::unique_lock<std::mutex>& lock, JpegEncoder& encoder) {
  Part& part = parts_[next_++];
  ++in_flight_;
  lock.unlock();
  Failure failure{};
  const size_t bytes = encoder.encode_stripe(image_, settings_, part.stripe, part.out, failure);
  if (bytes > 0 && part.first_interval > 0) {
    uint8_t* scan = scan_of(part.out.data);
    const size_t scan_bytes = static_cast<size_t>(part.out.data + bytes - scan);
    renumber_restart_markers(scan, scan_bytes, part.first_interval);
  }
  lock.lock();
  --in_flight_;
  part.bytes = bytes;
  part.finished = true;
  if (bytes == 0) fail(failure);
  if (!joining_) join_finished(lock);  // whoever is at it sees this part, too
  finished_.notify_one();
}

void StripeEncoder::fail(const Failure& failure) {
  if (!failed_) failure_ = failure;
  failed_ = true;
  next_ = parts_.size();  // nothing more is begun
}

// Appends what is finished and next in order. Every thread does it, not the calling one alone: on a busy
// machine that one may have to wait for a processor while the others go on.
void StripeEncoder::join_finished(std::unique_lock<std::mutex>& lock) {
  joining_ = true;
  while (!failed_ && joined_ < parts_.size() && parts_[joined_].finished) {
    lock.unlock();
    Failure failure{};
    const bool fits = append(joined_, failure);
    if (fits && progress_ && joined_ + 1 < parts_.size()) progress_->on_bytes_ready(bytes_);
    lock.lock();
    ++joined_;
    if (!fits) fail(failure);
  }
  joining_ = false;
}

// Only the last part keeps its EOI.
bool StripeEncoder::append(size_t index, Failure& failure) {
  const Part& part = parts_[index];
  const uint8_t* end = part.out.data + part.bytes - (index + 1 < parts_.size() ? kMarkerBytes : 0);
  if (index == 0) {
    set_height(out_.data, image_.height);
    bytes_ = static_cast<size_t>(end - out_.data);
    return true;
  }
  const uint8_t* scan = scan_of(part.out.data);
  const size_t scan_bytes = static_cast<size_t>(end - scan);
  if (bytes_ + kMarkerBytes + scan_bytes > out_.capacity_bytes) {
    failure.set("ERR_ENCODE", "a picture of %ux%u was not encoded: its JPEG has more than %zu bytes",
                image_.width, image_.height, out_.capacity_bytes);
    return false;
  }
  uint8_t* next = out_.data + bytes_;
  next[0] = 0xFF;
  next[1] = static_cast<uint8_t>(kRst0 + (part.first_interval - 1) % 8);  // ITU-T T.81, section E.1.4
  std::memcpy(next + kMarkerBytes, scan, scan_bytes);
  bytes_ += kMarkerBytes + scan_bytes;
  return true;
}

}  // namespace pcs
