# The core addon, and one camera addon per libcamera.
if(NOT CMAKE_LIBRARY_OUTPUT_DIRECTORY) # plain cmake, without cmake-js
  set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/Release)
endif()
if(NOT CMAKE_JS_INC)
  execute_process(
    COMMAND node -p "[require('node-api-headers').include_dir, require('node-addon-api').include_dir].join(';')"
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE CMAKE_JS_INC OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

add_library(napi INTERFACE)
target_include_directories(napi SYSTEM INTERFACE ${CMAKE_JS_INC})
# Swallow: in a worker that is being terminated nothing can be thrown any more; without it that ends the process.
target_compile_definitions(napi INTERFACE NAPI_VERSION=8 NAPI_CPP_EXCEPTIONS
                                          NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
# z,now: a symbol that the user's libcamera lacks fails the load, which can be caught, not the first call.
target_link_options(napi INTERFACE -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack
                                      -Wl,--exclude-libs,ALL)

function(add_addon target output_name directory)
  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".node" OUTPUT_NAME ${output_name}
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/${directory})
  target_include_directories(${target} PRIVATE native)
  target_link_libraries(${target} PRIVATE napi ${CMAKE_JS_LIB})
endfunction()

if(PCS_CORE)
  file(GLOB CORE_ADDON_SOURCES CONFIGURE_DEPENDS native/addon/*.cpp)
  list(FILTER CORE_ADDON_SOURCES EXCLUDE REGEX "/(camera_addon|hotplug_watch)\\.cpp$")
  add_addon(core core . ${CORE_ADDON_SOURCES})
  target_link_libraries(core PRIVATE pcs_core)
endif()

file(GLOB LIBCAMERA_SOURCES CONFIGURE_DEPENDS native/sources/libcamera/*.cpp)
set(CAMERA_ADDON_SOURCES native/addon/camera_addon.cpp native/addon/control_options.cpp native/addon/hotplug_watch.cpp
    native/addon/source_handle.cpp native/core/source_abi.cpp ${LIBCAMERA_SOURCES})
# Small rather than fast: pictures pass through these addons, and no pixel is looked at there. There are several of them.
set(SMALL $<$<CONFIG:Release>:-Os>)
if(PCS_LIBCAMERA_ROOTS)
  foreach(pair IN LISTS PCS_LIBCAMERA_ROOTS)
    string(REGEX MATCH "^([^=]+)=(.+)$" _ "${pair}")
    set(key ${CMAKE_MATCH_1})
    set(prefix ${CMAKE_MATCH_2})
    add_addon(camera-${key} ${key} camera ${CAMERA_ADDON_SOURCES})
    target_compile_options(camera-${key} PRIVATE ${SMALL})
    target_include_directories(camera-${key} SYSTEM PRIVATE ${prefix}/include/libcamera)
    set(libraries ${prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE})
    target_link_libraries(camera-${key} PRIVATE ${libraries}/libcamera.so ${libraries}/libcamera-base.so
                          Threads::Threads)
  endforeach()
else()
  find_package(PkgConfig QUIET)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(LIBCAMERA QUIET IMPORTED_TARGET libcamera>=0.3.2)
  endif()
  if(LIBCAMERA_FOUND)
    add_addon(camera-system system camera ${CAMERA_ADDON_SOURCES})
    target_compile_options(camera-system PRIVATE ${SMALL})
    target_link_libraries(camera-system PRIVATE PkgConfig::LIBCAMERA Threads::Threads)
  elseif(NOT PCS_CORE)
    message(FATAL_ERROR "libcamera >= 0.3.2 not found")
  else()
    message(STATUS "libcamera >= 0.3.2 not found: building without the camera addon")
  endif()
endif()
