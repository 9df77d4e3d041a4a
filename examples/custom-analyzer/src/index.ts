import { definePlugin, PLUGIN_API_VERSION, type Plugin } from '@kroot/types';
import { queueMissing } from './queue-missing.ts';
import { queueNotReady } from './queue-not-ready.ts';

/** What `--plugin kroot-plugin-queue` loads. */
export const plugin: Plugin = definePlugin({
  name: 'kroot-plugin-queue',
  version: '0.1.0',
  apiVersion: PLUGIN_API_VERSION,
  analyzers: [queueMissing, queueNotReady],
});
