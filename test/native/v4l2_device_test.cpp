// The system calls behind V4l2Device, by files that every machine has.
#include "video/v4l2_device.h"

#include <doctest/doctest.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>

#include "support.h"

namespace pcs {
namespace {

TEST_CASE("what is no device of V4L2 says so, and what is not there is not opened") {
  const auto device = open_v4l2_device("/dev/zero");
  REQUIRE(device);
  v4l2_capability capability{};
  CHECK(device->ioctl(VIDIOC_QUERYCAP, &capability) == ENOTTY);
  CHECK_FALSE(open_v4l2_device("/dev/no-such-device"));
}

TEST_CASE("memory of a device is mapped to be read and written") {
  const auto device = open_v4l2_device("/dev/zero");
  REQUIRE(device);
  uint8_t* const memory = device->map(0, 8192);
  REQUIRE(memory != nullptr);
  memory[8191] = 7;
  CHECK(memory[8191] == 7);
  CHECK(memory[0] == 0);
  device->unmap(memory, 8192);
  CHECK(open_v4l2_device("/dev/null")->map(0, 8192) == nullptr);
}

TEST_CASE("the wait for events ends with one or with the time") {
  const test::TemporaryFolder folder;
  REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  const auto device = open_v4l2_device(folder.file("fifo").c_str());
  REQUIRE(device);
  CHECK(device->poll(POLLIN, 10) == 0);
  CHECK(device->poll(POLLIN | POLLOUT, 10) == POLLOUT);
}

}  // namespace
}  // namespace pcs
