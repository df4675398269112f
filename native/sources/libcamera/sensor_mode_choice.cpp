#include "sources/libcamera/sensor_mode_choice.h"

#include <libcamera/control_ids.h>
#include <libcamera/property_ids.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

#include "sources/libcamera/control_traits.h"

namespace pcs {
namespace {

using libcamera::Camera;

// Limits are whole microseconds, and rates such as 29.97 are rounded.
constexpr double kTolerance = 1.005;

struct Trial {
  SensorMode mode;
  double shortest_us;
  uint64_t seen_pixels;  // of the sensor; 0: not known
  bool is_large;         // at least as large as the pictures
};

// What the camera would be in each mode. Nothing is captured for it.
std::vector<Trial> try_modes(Camera& camera, const CameraOptions& options) {
  std::vector<Trial> trials;
  for (const SensorMode& mode : sensor_modes(camera)) {
    CameraOptions with_mode = options;
    with_mode.sensor_mode = mode;
    Failure ignored{};
    if (!configure_stream(camera, with_mode, ignored)) continue;
    const auto shortest_us = shortest_frame_us(camera);
    if (!shortest_us) continue;
    const auto seen = camera.properties().get(libcamera::properties::ScalerCropMaximum);
    trials.push_back({mode, *shortest_us, seen ? uint64_t{seen->width} * seen->height : 0,
                      mode.width >= options.width && mode.height >= options.height});
  }
  return trials;
}

// The one that sees most of the fast ones, and of these the one with the fewest pixels to read.
const Trial* best_of(const std::vector<Trial>& trials, bool is_large, double wanted_us) {
  const Trial* best = nullptr;
  const auto rank = [](const Trial& trial) {
    const uint64_t pixels = uint64_t{trial.mode.width} * trial.mode.height;
    return std::make_tuple(trial.seen_pixels, UINT64_MAX - pixels, trial.mode.bit_depth);
  };
  for (const Trial& trial : trials) {
    if (trial.is_large != is_large || trial.shortest_us > wanted_us * kTolerance) continue;
    if (!best || rank(trial) > rank(*best)) best = &trial;
  }
  return best;
}

// As the configuration has it.
std::string name_of(const SensorMode& mode) {
  return std::to_string(mode.width) + "x" + std::to_string(mode.height) + ":" +
         std::to_string(mode.bit_depth);
}

std::string text_of_rate(double frame_us) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g frames/s", 1e6 / frame_us);
  return text;
}

std::string size_of(const CameraOptions& options) {
  return std::to_string(options.width) + "x" + std::to_string(options.height);
}

}  // namespace

std::optional<double> shortest_frame_us(const Camera& camera) {
  const auto limits = camera.controls().find(&libcamera::controls::FrameDurationLimits);
  if (limits == camera.controls().end()) return std::nullopt;
  const auto shortest = control_numbers(limits->second.min());
  return shortest.empty() ? std::nullopt : std::optional(shortest.front());
}

std::optional<StreamSetup> configure_for_rate(Camera& camera, const CameraOptions& options, Notes& notes,
                                              Failure& failure) {
  const auto setup = configure_stream(camera, options, failure);
  const double wanted_us = 1e6 / options.fps;
  const auto shortest_us = setup ? shortest_frame_us(camera) : std::nullopt;
  if (!shortest_us || *shortest_us <= wanted_us * kTolerance) return setup;
  const std::string slow = text_of_rate(*shortest_us);
  if (options.sensor_mode) {
    notes.push_back("the sensor mode " + name_of(*options.sensor_mode) + " makes " + slow + " at most");
    return setup;
  }
  const auto trials = try_modes(camera, options);
  CameraOptions chosen = options;
  if (const Trial* fast = best_of(trials, true, wanted_us)) {
    chosen.sensor_mode = fast->mode;
    notes.push_back("the sensor mode " + name_of(fast->mode) + " is taken, for " + text_of_rate(wanted_us) +
                    ": the one that libcamera chooses for " + size_of(options) + " makes " + slow +
                    " at most");
  } else {
    const Trial* small = best_of(trials, false, wanted_us);
    notes.push_back("the camera makes " + slow + " at most at " + size_of(options) +
                    (small ? "; sensor_mode = \"" + name_of(small->mode) + "\" makes " +
                                 text_of_rate(small->shortest_us) + ", of fewer pixels"
                           : ""));
  }
  return configure_stream(camera, chosen, failure);
}

}  // namespace pcs
