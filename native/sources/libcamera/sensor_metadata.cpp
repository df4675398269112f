#include "sources/libcamera/sensor_metadata.h"

#include <libcamera/control_ids.h>

#include <limits>

namespace pcs {
namespace {

template <typename T>
double number(const libcamera::ControlList& metadata, const libcamera::Control<T>& control) {
  const auto value = metadata.get(control);
  return value ? static_cast<double>(*value) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

SensorMetadata sensor_metadata(const libcamera::ControlList& metadata) {
  namespace controls = libcamera::controls;
  return {
      .exposure_time_us = number(metadata, controls::ExposureTime),
      .analogue_gain = number(metadata, controls::AnalogueGain),
      .digital_gain = number(metadata, controls::DigitalGain),
      .colour_temperature_k = number(metadata, controls::ColourTemperature),
      .lens_position_dioptres = number(metadata, controls::LensPosition),
      .focus_fom = number(metadata, controls::FocusFoM),
      .sensor_temperature_c = number(metadata, controls::SensorTemperature),
      .lux = number(metadata, controls::Lux),
  };
}

}  // namespace pcs
