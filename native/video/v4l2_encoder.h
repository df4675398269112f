// An opened stateful encoder of V4L2: the device, and what errors call it.
#pragma once

#include <memory>
#include <string>

#include "core/failure.h"
#include "video/v4l2_device.h"

namespace pcs {

struct V4l2Encoder {
  std::unique_ptr<V4l2Device> device;
  std::string name;  // such as /dev/video11 (bcm2835-codec-encode)

  // An ioctl. False with ERR_ENCODE; what: what was tried, in words.
  bool call(unsigned long request, void* argument, const char* what, Failure& failure) const;
  // Always false, with ERR_ENCODE: the encoder's name and what is wrong.
  bool fail(Failure& failure, const std::string& what) const;
};

// Looks through /dev/video*, that of Raspberry Pi OS first, for one that makes H.264 of YUV 4:2:0. No device
// when there is none.
V4l2Encoder find_v4l2_h264_encoder(const OpenV4l2Device& open);

}  // namespace pcs
