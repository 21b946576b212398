import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import vuetify from 'vite-plugin-vuetify';

/** `npm run build:web`: the page, into `dist/web`, from where the API serves it. `npm run dev:web` serves it before a running StepCloud. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue(), vuetify()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/admin', '/gateway', '/docs', '/enrol', '/reset-password'].map((path) => [
        path,
        process.env.STEPCLOUD_URL ?? 'http://127.0.0.1:8080',
      ]),
    ),
  },
});
