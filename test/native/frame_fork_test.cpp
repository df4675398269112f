#include "core/frame_fork.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "fake_frames.h"
#include "support.h"

namespace pcs {
namespace {

void release(const RawFrame& frame) {
  frame.release(frame.owner, frame.token);
}

TEST_CASE("a shared frame is the one that came, and its lease ends with the second borrower's") {
  test::FakeFrames frames;
  FrameFork fork;
  const auto shared = fork.share(frames.lend(3));
  REQUIRE(shared);
  CHECK(shared->sequence == 3);
  CHECK(shared->capture_time_us == 3000);
  CHECK(shared->width == 16);
  CHECK(frames.prepared(3) == 0);
  make_readable(*shared);
  CHECK(frames.prepared(3) == 1);
  release(*shared);
  CHECK(frames.releases(3) == 0);
  release(*shared);
  CHECK(frames.releases(3) == 1);
}

TEST_CASE("too many shared frames at a time are refused, and the lease of the next stays where it is") {
  test::FakeFrames frames;
  FrameFork fork;
  std::vector<RawFrame> borrowed;
  for (uint64_t sequence = 0; sequence < 16; ++sequence)
    borrowed.push_back(fork.share(frames.lend(sequence)).value());
  const RawFrame next = frames.lend(16);
  CHECK_FALSE(fork.share(next));
  release(borrowed[5]);
  CHECK_FALSE(fork.share(next));  // the other borrower has it still
  release(borrowed[5]);
  borrowed[5] = fork.share(next).value();
  CHECK(frames.releases(16) == 0);
  for (const RawFrame& frame : borrowed) {
    release(frame);
    release(frame);
  }
  CHECK(frames.all_released_once());
}

TEST_CASE("whoever waits for the frames has them all back with their source") {
  test::FakeFrames frames;
  FrameFork fork;
  fork.wait_until_returned();  // none is out
  const RawFrame first = fork.share(frames.lend(1)).value(), second = fork.share(frames.lend(2)).value();
  std::atomic<bool> all_back{false};
  std::thread waiting([&] {
    fork.wait_until_returned();
    all_back = true;
  });
  for (const RawFrame& frame : {first, second, first}) release(frame);
  test::settle();
  CHECK_FALSE(all_back);
  release(second);
  waiting.join();
  CHECK(frames.all_released_once());
}

}  // namespace
}  // namespace pcs
