#include "core/latest_queue.h"

#include <doctest/doctest.h>

#include <optional>
#include <thread>
#include <vector>

#include "fake_frames.h"
#include "support.h"

namespace pcs {
namespace {

using test::FakeFrames;

TEST_CASE("frames come out in the order in which they went in") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  queue.push({frames.lend(1), 0});
  queue.push({frames.lend(2), 0});
  CHECK(queue.pop()->sequence == 1);
  queue.push({frames.lend(3), 0});
  CHECK(queue.pop()->sequence == 2);
  CHECK(queue.pop()->sequence == 3);
  CHECK(queue.dropped() == 0);
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) CHECK(frames.releases(sequence) == 0);
}

TEST_CASE("a frame keeps the time at which it was received") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  for (int64_t sequence = 1; sequence <= 3; ++sequence) queue.push({frames.lend(sequence), 100 * sequence});
  CHECK(queue.pop()->received_time_us == 200);
  CHECK(queue.pop()->received_time_us == 300);
}

TEST_CASE("a full queue gives up its oldest frame and counts it") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) queue.push({frames.lend(sequence), 0});
  CHECK(queue.dropped() == 3);
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) CHECK(frames.releases(sequence) == 1);
  CHECK(queue.pop()->sequence == 4);
  CHECK(queue.pop()->sequence == 5);
  CHECK(frames.releases(4) + frames.releases(5) == 0);
}

TEST_CASE("pop waits for a frame") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  std::thread later([&] {
    test::settle();
    queue.push({frames.lend(7), 0});
  });
  const auto frame = queue.pop();
  later.join();
  REQUIRE(frame);
  CHECK(frame->sequence == 7);
}

TEST_CASE("closing releases what waits, wakes pop and refuses what comes") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  queue.push({frames.lend(1), 0});
  queue.push({frames.lend(2), 0});
  queue.close();
  CHECK_FALSE(queue.pop());
  queue.push({frames.lend(3), 0});
  CHECK(queue.dropped() == 0);
  CHECK(frames.all_released_once());
  queue.close();
  CHECK(frames.all_released_once());
}

TEST_CASE("closing wakes a pop that waits") {
  LatestQueue queue(LatestQueue::kLiveDepth);
  std::optional<QueuedFrame> frame = QueuedFrame{};
  std::thread waiting([&] { frame = queue.pop(); });
  test::settle();
  queue.close();
  waiting.join();
  CHECK_FALSE(frame);
}

TEST_CASE("pushed, popped and closed from three threads, every frame is released once, in order") {
  FakeFrames frames;
  LatestQueue queue(LatestQueue::kLiveDepth);
  std::vector<uint64_t> order;
  std::thread producer([&] {
    for (uint64_t sequence = 0; sequence < FakeFrames::kMaxFrames; ++sequence)
      queue.push({frames.lend(sequence), 0});
  });
  std::thread consumer([&] {
    while (const auto frame = queue.pop()) {
      order.push_back(frame->sequence);
      frame->release(frame->owner, frame->token);
    }
  });
  std::thread closer([&] {
    while (frames.releases(FakeFrames::kMaxFrames / 2) == 0) std::this_thread::yield();
    queue.close();
  });
  for (auto* thread : {&producer, &consumer, &closer}) thread->join();
  CHECK(frames.all_released_once());
  for (size_t i = 1; i < order.size(); ++i) CHECK(order[i - 1] < order[i]);
}

}  // namespace
}  // namespace pcs
