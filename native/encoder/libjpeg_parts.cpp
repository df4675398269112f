#include "encoder/libjpeg_parts.h"

extern "C" {
#include <jerror.h>
}

namespace pcs {
namespace {

void begin_destination(j_compress_ptr compress) {
  auto* destination = reinterpret_cast<LibjpegDestination*>(compress->dest);
  destination->manager.next_output_byte = destination->out.data;
  destination->manager.free_in_buffer = destination->out.capacity_bytes;
  if (destination->out.capacity_bytes == 0)
    ERREXIT(compress, JERR_BUFFER_SIZE);  // libjpeg writes before it looks
}

boolean refuse_to_grow(j_compress_ptr compress) {
  ERREXIT(compress, JERR_BUFFER_SIZE);
  return FALSE;
}

void end_destination(j_compress_ptr /*compress*/) {}

}  // namespace

void escape_on_error(j_common_ptr common) {
  auto* errors = reinterpret_cast<LibjpegErrors*>(common->err);
  errors->manager.format_message(common, errors->message);
  std::longjmp(errors->escape, 1);
}

LibjpegErrors::LibjpegErrors() {
  jpeg_std_error(&manager);
  manager.error_exit = escape_on_error;  // libjpeg's own ends the process
  manager.output_message = [](j_common_ptr) {};
}

LibjpegDestination::LibjpegDestination()
    : manager{nullptr, 0, begin_destination, refuse_to_grow, end_destination} {}

}  // namespace pcs
