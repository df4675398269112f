#include "core/frame_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "support.h"

namespace pcs {
namespace {

std::vector<FrameSlot> slots(size_t count) {
  static uint8_t memory[16];
  std::vector<FrameSlot> result;
  for (size_t i = 0; i < count; ++i) result.push_back({memory + i, i});
  return result;
}

TEST_CASE("each slot is leased once") {
  FramePool pool(slots(4));
  std::set<uint32_t> leased;
  for (int i = 0; i < 4; ++i) leased.insert(pool.acquire().value());
  CHECK(leased == std::set<uint32_t>{0, 1, 2, 3});
  CHECK_FALSE(pool.acquire());
}

TEST_CASE("the slot that came back last is leased first") {
  FramePool pool(slots(3));
  for (int i = 0; i < 3; ++i) pool.acquire();
  CHECK(pool.release(0));
  CHECK(pool.release(2));
  CHECK(pool.acquire() == 2U);
  CHECK(pool.acquire() == 0U);
}

TEST_CASE("a second release changes nothing") {
  FramePool pool(slots(2));
  const auto slot = pool.acquire();
  CHECK(pool.release(*slot));
  CHECK_FALSE(pool.release(*slot));
  CHECK_FALSE(pool.release(2));
  CHECK(pool.acquire());
  CHECK(pool.acquire());
  CHECK_FALSE(pool.acquire());
}

TEST_CASE("a leased slot can be given other memory, and no other") {
  FramePool pool(slots(2));
  const uint32_t slot = pool.acquire().value();
  uint8_t other[5];
  CHECK(pool.replace(slot, {other, sizeof other}));
  CHECK(pool.slot(slot).data == other);
  CHECK(pool.slot(slot).capacity_bytes == sizeof other);
  CHECK_FALSE(pool.replace(1 - slot, {other, sizeof other}));
  CHECK_FALSE(pool.replace(2, {other, sizeof other}));
}

TEST_CASE("waiting for a slot ends when one comes back") {
  FramePool pool(slots(1));
  CHECK(pool.wait_acquire() == 0U);
  std::optional<uint32_t> second;
  std::thread waiting([&] { second = pool.wait_acquire(); });
  test::settle();
  pool.release(0);
  waiting.join();
  CHECK(second == 0U);
}

TEST_CASE("waiting for a slot ends when the pool is closed") {
  FramePool pool(slots(1));
  CHECK(pool.acquire());
  std::optional<uint32_t> second = 7;
  std::thread waiting([&] { second = pool.wait_acquire(); });
  test::settle();
  pool.close();
  waiting.join();
  CHECK_FALSE(second);
  CHECK(pool.release(0));
  CHECK_FALSE(pool.wait_acquire());
}

TEST_CASE("leased and released from many threads, no slot is leased twice at a time") {
  constexpr int kThreads = 4;
  FramePool pool(slots(2));
  std::atomic<int> leased[2] = {};
  std::atomic<int> overlaps = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, waits = i % 2 == 0] {
      for (int turn = 0; turn < 500; ++turn) {
        const auto slot = waits ? pool.wait_acquire() : pool.acquire();
        if (!slot) continue;
        if (++leased[*slot] != 1) ++overlaps;
        --leased[*slot];
        pool.release(*slot);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(overlaps == 0);
  CHECK(pool.acquire());
  CHECK(pool.acquire());
}

}  // namespace
}  // namespace pcs
