{
  # No compiler settings here: CMakeLists.txt is the only description of the build. This lets
  # `node-gyp rebuild` and `prebuildify` reach it.
  "targets": [{
    "target_name": "core",
    "type": "none",
    "actions": [{
      "action_name": "cmake_js",
      "inputs": ["CMakeLists.txt"],
      "outputs": ["<(PRODUCT_DIR)/core.node"],
      "action": ["node", "scripts/build-native.mjs"]
    }]
  }]
}
