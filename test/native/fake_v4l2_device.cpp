#include "fake_v4l2_device.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace pcs::test {
namespace {

uint32_t aligned(uint32_t value, uint32_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

FakeFormat unpacked(const v4l2_pix_format_mplane& format) {
  return {format.pixelformat, format.width,     format.height,    format.plane_fmt[0].sizeimage,
          format.colorspace,  format.xfer_func, format.ycbcr_enc, format.quantization};
}

const char* queue_name(uint32_t type) {
  return type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE ? " CAPTURE" : " OUTPUT";
}

}  // namespace

int FakeDevice::ioctl(unsigned long request, void* argument) {
  if (const auto error = node_.errors.find(request); error != node_.errors.end()) return error->second;
  auto& buffer = *static_cast<v4l2_buffer*>(argument);
  const auto log = [&](const std::string& entry) { node_.log.push_back(entry); };
  switch (request) {
    case VIDIOC_QUERYCAP: {
      auto& capability = *static_cast<v4l2_capability*>(argument);
      std::snprintf(reinterpret_cast<char*>(capability.card), sizeof capability.card, "%s",
                    node_.card.c_str());
      capability.capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING;
      capability.device_caps = node_.capabilities;
      return 0;
    }
    case VIDIOC_ENUM_FMT:
      return enumerate(*static_cast<v4l2_fmtdesc*>(argument));
    case VIDIOC_S_FMT:
      log("S_FMT" + std::string(queue_name(static_cast<v4l2_format*>(argument)->type)));
      return set_format(*static_cast<v4l2_format*>(argument));
    case VIDIOC_S_SELECTION:
      log("S_SELECTION");
      return set_crop(*static_cast<v4l2_selection*>(argument));
    case VIDIOC_S_PARM: {
      auto& parameters = *static_cast<v4l2_streamparm*>(argument);
      log("S_PARM" + std::string(queue_name(parameters.type)));
      node_.interval = parameters.parm.output.timeperframe;
      return 0;
    }
    case VIDIOC_S_CTRL:
      return set_control(*static_cast<v4l2_control*>(argument));
    case VIDIOC_REQBUFS:
      return request_buffers(*static_cast<v4l2_requestbuffers*>(argument));
    case VIDIOC_QUERYBUF:
      return query_buffer(buffer);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF: {
      const int type = *static_cast<int*>(argument);
      log((request == VIDIOC_STREAMON ? "STREAMON" : "STREAMOFF") + std::string(queue_name(type)));
      queue(type).is_streaming = request == VIDIOC_STREAMON;
      return 0;
    }
    case VIDIOC_QBUF:
      log("QBUF" + std::string(queue_name(buffer.type)));
      return enqueue(buffer);
    case VIDIOC_DQBUF:
      return dequeue(buffer);
    default:
      return ENOTTY;
  }
}

int FakeDevice::enumerate(v4l2_fmtdesc& description) const {
  const auto& formats = description.type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE  ? node_.capture_formats
                        : description.type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE ? node_.output_formats
                                                                                : std::vector<uint32_t>{};
  if (description.index >= formats.size()) return EINVAL;
  description.pixelformat = formats[description.index];
  return 0;
}

int FakeDevice::set_format(v4l2_format& format) {
  auto& pixels = format.fmt.pix_mp;
  auto& plane = pixels.plane_fmt[0];
  if (format.type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
    plane.sizeimage = std::max(plane.sizeimage, 4096U);
    plane.bytesperline = 0;
    capture_format_ = pixels;
    node_.capture_format = unpacked(pixels);
    return 0;
  }
  pixels.width = std::clamp(pixels.width, node_.min_size, node_.max_width);
  pixels.height = aligned(std::clamp(pixels.height, node_.min_size, node_.max_height), node_.row_alignment);
  plane.bytesperline = aligned(pixels.width, node_.stride_alignment);
  plane.sizeimage = plane.bytesperline * pixels.height * 3 / 2;
  output_format_ = pixels;
  node_.output_format = unpacked(pixels);
  node_.crop = crop_ = {0, 0, pixels.width, pixels.height};
  return 0;
}

int FakeDevice::set_crop(v4l2_selection& selection) {
  if (selection.type != V4L2_BUF_TYPE_VIDEO_OUTPUT || selection.target != V4L2_SEL_TGT_CROP) return EINVAL;
  if (!node_.crops) selection.r = crop_;
  node_.crop = crop_ = selection.r;
  return 0;
}

int FakeDevice::set_control(v4l2_control& control) {
  if (node_.missing_controls.count(control.id) != 0) return EINVAL;
  if (node_.refused_values.count({control.id, control.value}) != 0) return ERANGE;
  if (control.id == V4L2_CID_MPEG_VIDEO_BITRATE) {
    const int64_t step = node_.bitrate_step_bps, nearest = (control.value + step / 2) / step * step;
    control.value =
        static_cast<int32_t>(std::clamp<int64_t>(nearest, node_.min_bitrate_bps, node_.max_bitrate_bps));
  }
  node_.controls.emplace_back(control.id, control.value);
  if (control.id == V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME) {
    node_.log.push_back("FORCE_KEY_FRAME");
    wants_keyframe_ = raw_.is_streaming;
  } else if (control.id == V4L2_CID_MPEG_VIDEO_BITRATE) {
    node_.log.push_back("BITRATE " + std::to_string(control.value));
  }
  return 0;
}

int FakeDevice::request_buffers(v4l2_requestbuffers& request) {
  if (request.memory != V4L2_MEMORY_MMAP) return EINVAL;
  FakeQueue& asked = queue(request.type);
  node_.log.push_back((request.count == 0 ? "REQBUFS 0" : "REQBUFS") + std::string(queue_name(request.type)));
  if (request.count == 0 && mapped_ != 0) return EBUSY;
  if (request.count > 0 && node_.buffer_count > 0) request.count = node_.buffer_count;
  asked.memory.clear();
  const auto& format = request.type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE ? capture_format_ : output_format_;
  for (uint32_t i = 0; i < request.count; ++i)
    asked.memory.push_back(std::make_unique<FencedMemory>(format.plane_fmt[0].sizeimage));
  return 0;
}

int FakeDevice::query_buffer(v4l2_buffer& buffer) {
  const bool is_video = buffer.type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  const FakeQueue& asked = queue(buffer.type);
  if (buffer.index >= asked.memory.size() || buffer.length < 1) return EINVAL;
  buffer.m.planes[0].length = static_cast<uint32_t>(asked.memory[buffer.index]->size());
  buffer.m.planes[0].m.mem_offset = (is_video ? kCaptureOffset : 0) + buffer.index * 4096;
  return 0;
}

uint8_t* FakeDevice::map(uint32_t offset, size_t bytes) {
  if (!node_.maps) return nullptr;
  const auto& memory = offset >= kCaptureOffset ? video_.memory : raw_.memory;
  const auto& mapped = *memory.at(offset % kCaptureOffset / 4096);
  if (mapped.size() != bytes) return nullptr;
  ++mapped_;
  ++node_.mapped;
  return mapped.data();
}

void FakeDevice::unmap(uint8_t*, size_t) {
  --mapped_;
  ++node_.unmapped;
}

int FakeDevice::enqueue(const v4l2_buffer& buffer) {
  FakeQueue& asked = queue(buffer.type);
  if (buffer.index >= asked.memory.size() || buffer.memory != V4L2_MEMORY_MMAP) return EINVAL;
  if (std::count(asked.queued.begin(), asked.queued.end(), buffer.index) != 0) return EINVAL;
  const auto is_this = [&](const v4l2_buffer& done) { return done.index == buffer.index; };
  if (std::any_of(asked.done.begin(), asked.done.end(), is_this)) return EINVAL;  // nobody has taken it back
  asked.queued.push_back(buffer.index);
  if (buffer.type == V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE) {
    const size_t picture_bytes =
        size_t{output_format_.plane_fmt[0].bytesperline} * output_format_.height * 3 / 2;
    if (buffer.m.planes[0].bytesused != picture_bytes) return EINVAL;
    keep_picture(*asked.memory[buffer.index]);
    waiting_.push_back(buffer);
    node_.times_us.push_back(int64_t{buffer.timestamp.tv_sec} * 1'000'000 + buffer.timestamp.tv_usec);
    if (node_.hangs > 0) {
      --node_.hangs;
      hangs_ = true;
    }
  }
  if (!node_.is_stuck && !hangs_ && raw_.is_streaming && video_.is_streaming && !waiting_.empty()) encode();
  return 0;
}

void FakeDevice::encode() {
  v4l2_buffer raw = waiting_.front();
  waiting_.pop_front();
  const bool is_keyframe = frames_ == 0 || std::exchange(wants_keyframe_, false);
  const bool has_sets = node_.has_sets && is_keyframe && (node_.repeats_sets || frames_ == 0);
  ++frames_;
  polls_ = 0;
  has_timed_out_ = false;
  Bytes bytes;
  if (has_sets) bytes = kFakeSets;
  if (has_sets && node_.sets_apart) {
    v4l2_buffer no_time = raw;
    no_time.timestamp = {};
    give(bytes, false, no_time);
    bytes.clear();
  }
  bytes.insert(bytes.end(), {0, 0, 0, 1, static_cast<uint8_t>(is_keyframe ? 0x65 : 0x41)});
  bytes.resize(bytes.size() + node_.slice_bytes, static_cast<uint8_t>(frames_));
  const size_t capacity = video_.memory.at(0)->size();
  if (node_.splits_frames && bytes.size() > capacity) {
    give(Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(capacity)), is_keyframe, raw);
    give(Bytes(bytes.begin() + static_cast<ptrdiff_t>(capacity), bytes.end()), is_keyframe, raw);
  } else {
    give(bytes, is_keyframe, raw);
  }
  raw.flags |= node_.raw_flags;
  raw_.queued.pop_front();
  raw_.done.push_back(raw);
  raw_.done_bytes.push_back(0);
}

void FakeDevice::give(const Bytes& bytes, bool is_keyframe, const v4l2_buffer& raw) {
  if (video_.queued.empty()) return;  // a driver would wait for one
  v4l2_buffer video{};
  video.index = video_.queued.front();
  video_.queued.pop_front();
  video.timestamp = raw.timestamp;
  if (raw.timestamp.tv_sec != 0 || raw.timestamp.tv_usec != 0)
    video.timestamp.tv_usec += node_.time_offset_us;
  video.flags = (is_keyframe ? V4L2_BUF_FLAG_KEYFRAME : 0) | node_.video_flags;
  const FencedMemory& memory = *video_.memory.at(video.index);
  const size_t length = std::min(bytes.size(), memory.size());
  std::copy_n(bytes.begin(), length, memory.data());
  video_.done.push_back(video);
  video_.done_bytes.push_back(static_cast<uint32_t>(length));
}

int FakeDevice::dequeue(v4l2_buffer& buffer) {
  FakeQueue& asked = queue(buffer.type);
  if (asked.done.empty()) return EAGAIN;
  v4l2_plane* const planes = buffer.m.planes;
  const uint32_t type = buffer.type;
  buffer = asked.done.front();
  buffer.type = type;
  buffer.m.planes = planes;
  planes[0].bytesused = asked.done_bytes.front();
  planes[0].data_offset = 0;
  asked.done.pop_front();
  asked.done_bytes.pop_front();
  return 0;
}

int FakeDevice::poll(short events, int timeout_ms) {
  if (node_.interruptions > 0) {
    --node_.interruptions;
    return -EINTR;
  }
  if (node_.keeps_until_time_out && !has_timed_out_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
    has_timed_out_ = true;
    return 0;
  }
  const bool has_video = !video_.done.empty() && polls_ >= node_.video_is_late;
  const bool has_raw = !raw_.done.empty() && polls_ >= node_.raw_is_late;
  ++polls_;
  const int ready = (has_video ? POLLIN : 0) | (has_raw ? POLLOUT : 0);
  if (ready == 0 && (!video_.done.empty() || !raw_.done.empty())) return 0;  // as if the time were over
  const int told = (ready & events) | node_.events;
  if (told == 0) std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
  return told;
}

void FakeDevice::keep_picture(const FencedMemory& memory) {
  const uint32_t stride = output_format_.plane_fmt[0].bytesperline, rows = output_format_.height;
  const uint8_t* u = memory.data() + size_t{stride} * rows;
  const uint8_t* v = u + size_t{stride} / 2 * (rows / 2);
  node_.pictures.push_back(picture_of({PixelLayout::kI420,
                                       ColorRange::kLimited,
                                       crop_.width,
                                       crop_.height,
                                       {{memory.data(), stride}, {u, stride / 2}, {v, stride / 2}}}));
}

}  // namespace pcs::test
