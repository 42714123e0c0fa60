import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { mockGateway } from './dev/plugin.ts';

// With GATEWAY_URL, the development server talks to a running gateway; without it, to the in-memory mock of dev/.
const gateway = process.env['GATEWAY_URL'];
const proxied = gateway
  ? Object.fromEntries(['/api', '/jmap', '/.well-known'].map((path) => [path, { target: gateway, changeOrigin: false }]))
  : {};

export default defineConfig({
  plugins: [svelte(), ...(gateway ? [] : [mockGateway()])],
  server: { proxy: proxied },
  preview: { proxy: proxied },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'] },
});
