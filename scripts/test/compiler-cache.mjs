import path from 'node:path';
import { cache, root } from '../run.mjs';

/** Compiles again only what has changed since this or another checkout compiled it. The root of Debian 13 has it, too. */
export const compilerCache = {
  CMAKE_C_COMPILER_LAUNCHER: 'ccache',
  CMAKE_CXX_COMPILER_LAUNCHER: 'ccache',
  CCACHE_DIR: path.join(cache, 'ccache'),
  CCACHE_BASEDIR: root,
  CCACHE_NOHASHDIR: '1',
  CCACHE_SLOPPINESS: 'pch_defines,time_macros', // without these, nothing that is compiled with a precompiled header
};
