#include "support.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/source_abi.h"
#include "sources/libcamera/open_camera.h"

namespace pcs {

void pass(const std::string& what) {
  std::printf("ok: %s\n", what.c_str());
}

std::unique_ptr<FrameSource> open(const CameraOptions& options) {
  Failure failure{};
  auto source = open_camera(options, failure);
  check(source != nullptr, "open %s: %s %s", options.camera.c_str(), failure.code, failure.message);
  return import_source(export_source(std::move(source)));
}

CameraOptions camera_options(const std::string& camera, uint32_t width, uint32_t height, double fps) {
  CameraOptions options{};
  options.camera = camera;
  options.width = width;
  options.height = height;
  options.fps = fps;
  return options;
}

void start(FrameSource& source, FrameSink& sink) {
  Failure failure{};
  check(source.start(sink, failure), "start: %s %s", failure.code, failure.message);
}

void check_failure(const CameraOptions& options, const char* code, const std::vector<std::string>& texts) {
  Failure failure{};
  const auto source = open_camera(options, failure);
  check(source == nullptr, "camera %s opened, though it should not", options.camera.c_str());
  std::printf("    %s: %s\n", failure.code, failure.message);
  check(strcmp(failure.code, code) == 0, "%s instead of %s", failure.code, code);
  for (const auto& text : texts)
    check(strstr(failure.message, text.c_str()) != nullptr, "'%s' is not in: %s", text.c_str(),
          failure.message);
}

void check_rate(const char* name, const Consumer& consumer, double fps, double tolerance) {
  const auto& times = consumer.times_us();
  int64_t longest_us = 0;
  for (size_t i = 1; i < times.size(); ++i) longest_us = std::max(longest_us, times[i] - times[i - 1]);
  const double rate = 1e6 * double(times.size() - 1) / double(times.back() - times.front());
  std::printf("    %s: %zu frames at %.3f fps, longest interval %.1f ms\n", name, times.size(), rate,
              double(longest_us) / 1e3);
  check(std::abs(rate / fps - 1) < tolerance, "%s runs at %.2f fps, not %.2f", name, rate, fps);
}

}  // namespace pcs
