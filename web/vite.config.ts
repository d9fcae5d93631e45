import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Names without hashes: an app change rewrites only `app.js`, so a commit of `dist` stays small; the
// server's ETag takes the place of the name's hash.
export default defineConfig({
  plugins: [svelte()],
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        entryFileNames: 'app.js',
        chunkFileNames: '[name].js',
        assetFileNames: (asset) => (asset.names.includes('index.css') ? 'app.css' : '[name][extname]'),
        manualChunks: (id: string) => {
          if (id.includes('/node_modules/three/')) return 'three';
          return undefined;
        },
      },
    },
  },
  server: {
    // `fenhe demo --no-open --port 8080` beside `npm run dev`.
    proxy: { '/api': { target: process.env['FENHE_ADDRESS'] ?? 'http://127.0.0.1:8080', ws: true } },
  },
});
