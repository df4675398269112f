#include "sources/libcamera/orientation.h"

#include <optional>

namespace pcs {
namespace {

// Mirrored left to right, upside down to up: the half of all orientations that keeps rows rows.
struct Mirrors {
  bool horizontal;
  bool vertical;
};

std::optional<Mirrors> mirrors(Orientation orientation) {
  switch (orientation) {
    case Orientation::kNone:
      return Mirrors{false, false};
    case Orientation::kHorizontalFlip:
      return Mirrors{true, false};
    case Orientation::kVerticalFlip:
      return Mirrors{false, true};
    case Orientation::kRotate180:
      return Mirrors{true, true};
    default:
      return std::nullopt;
  }
}

std::optional<Mirrors> mirrors(libcamera::Orientation orientation) {
  switch (orientation) {
    case libcamera::Orientation::Rotate0:
      return Mirrors{false, false};
    case libcamera::Orientation::Rotate0Mirror:
      return Mirrors{true, false};
    case libcamera::Orientation::Rotate180Mirror:
      return Mirrors{false, true};
    case libcamera::Orientation::Rotate180:
      return Mirrors{true, true};
    default:
      return std::nullopt;
  }
}

Orientation from_mirrors(bool horizontal, bool vertical) {
  if (horizontal && vertical) return Orientation::kRotate180;
  if (horizontal) return Orientation::kHorizontalFlip;
  return vertical ? Orientation::kVerticalFlip : Orientation::kNone;
}

}  // namespace

libcamera::Orientation orientation_to_ask(Orientation wanted) {
  switch (wanted) {
    case Orientation::kHorizontalFlip:
      return libcamera::Orientation::Rotate0Mirror;
    case Orientation::kVerticalFlip:
      return libcamera::Orientation::Rotate180Mirror;
    case Orientation::kRotate180:
      return libcamera::Orientation::Rotate180;
    default:
      return libcamera::Orientation::Rotate0;
  }
}

Orientation pending_orientation(Orientation wanted, libcamera::Orientation got) {
  const auto done = mirrors(got);
  if (!done) return wanted;
  if (const auto asked = mirrors(wanted))
    return from_mirrors(asked->horizontal != done->horizontal, asked->vertical != done->vertical);
  // A quarter turn of a picture that is still upside down is a quarter turn the other way.
  const bool upside_down = done->horizontal && done->vertical;
  if (!upside_down) return wanted;
  return wanted == Orientation::kRotate90 ? Orientation::kRotate270 : Orientation::kRotate90;
}

}  // namespace pcs
