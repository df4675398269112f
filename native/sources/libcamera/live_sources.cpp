#include "sources/libcamera/live_sources.h"

#include <mutex>
#include <set>

namespace pcs {
namespace {

struct Registry {
  std::mutex mutex;
  std::set<FrameSource*> sources;
};

// Never destroyed, so that the order of static destructors does not matter.
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

// libcamera was loaded before this object was made, so this destructor runs before libcamera's.
struct StopAtExit {
  ~StopAtExit() {
    const std::lock_guard lock(registry().mutex);
    for (FrameSource* source : registry().sources) source->stop();
  }
};

const StopAtExit stop_at_exit;

}  // namespace

void add_live_source(FrameSource* source) {
  const std::lock_guard lock(registry().mutex);
  registry().sources.insert(source);
}

void remove_live_source(FrameSource* source) {
  const std::lock_guard lock(registry().mutex);
  registry().sources.erase(source);
}

}  // namespace pcs
