// Documentation/userspace-api/media/v4l/dev-encoder.rst, "Querying Capabilities".
#include "video/v4l2_encoder.h"

#include <linux/videodev2.h>

#include <cstring>

namespace pcs {
namespace {

// A Raspberry Pi's are video10 to video31 and the cameras' below them.
constexpr int kNodes = 64;
constexpr int kRaspberryPiNode = 11;
// No driver has nearly as many; one that never says that it is through would not end.
constexpr uint32_t kMostFormats = 128;

bool has_format(V4l2Device& device, v4l2_buf_type queue, uint32_t format) {
  for (uint32_t index = 0; index < kMostFormats; ++index) {
    v4l2_fmtdesc description{};
    description.index = index;
    description.type = queue;
    if (device.ioctl(VIDIOC_ENUM_FMT, &description) != 0) return false;
    if (description.pixelformat == format) return true;
  }
  return false;
}

// A decoder has H.264 on its OUTPUT queue, an encoder of JPEG none at all, and cameras have no OUTPUT queue.
bool is_h264_encoder(V4l2Device& device, std::string& card) {
  v4l2_capability capability{};
  if (device.ioctl(VIDIOC_QUERYCAP, &capability) != 0) return false;
  const uint32_t needed = V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING;
  const bool has_own = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0;
  const uint32_t capabilities = has_own ? capability.device_caps : capability.capabilities;
  if ((capabilities & needed) != needed) return false;
  const char* name = reinterpret_cast<const char*>(capability.card);
  card.assign(name, strnlen(name, sizeof capability.card));
  return has_format(device, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, V4L2_PIX_FMT_H264) &&
         has_format(device, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, V4L2_PIX_FMT_YUV420);
}

V4l2Encoder open_node(const OpenV4l2Device& open, int node) {
  const std::string path = "/dev/video" + std::to_string(node);
  std::string card;
  auto device = open(path.c_str());
  if (!device || !is_h264_encoder(*device, card)) return {};
  return {std::move(device), path + " (" + card + ")"};
}

}  // namespace

bool V4l2Encoder::call(unsigned long request, void* argument, const char* what, Failure& failure) const {
  const int error = device->ioctl(request, argument);
  return error == 0 || fail(failure, std::string("can't ") + what + ": " + strerror(error));
}

bool V4l2Encoder::fail(Failure& failure, const std::string& what) const {
  failure.set("ERR_ENCODE", "the encoder %s %s", name.c_str(), what.c_str());
  return false;
}

V4l2Encoder find_v4l2_h264_encoder(const OpenV4l2Device& open) {
  if (V4l2Encoder usual = open_node(open, kRaspberryPiNode); usual.device) return usual;
  for (int node = 0; node < kNodes; ++node) {
    if (node == kRaspberryPiNode) continue;
    if (V4l2Encoder found = open_node(open, node); found.device) return found;
  }
  return {};
}

}  // namespace pcs
