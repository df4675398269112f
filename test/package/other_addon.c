// An addon of another version of this package, for the tests of the loader: it says which versions it speaks.
//   cc -shared -fPIC -DNATIVE_ABI=1 -DSOURCE_ABI=1 -I node_modules/node-api-headers/include other_addon.c
#include <node_api.h>

static void set_version(napi_env env, napi_value exports, const char* name, uint32_t version) {
  napi_value value;
  napi_create_uint32(env, version, &value);
  napi_set_named_property(env, exports, name, value);
}

NAPI_MODULE_INIT() {
#ifdef NATIVE_ABI
  set_version(env, exports, "nativeAbiVersion", NATIVE_ABI);
#endif
  set_version(env, exports, "sourceAbiVersion", SOURCE_ABI);
  return exports;
}
