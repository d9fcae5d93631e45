import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Most pages open on the plan: its code is asked for beside the page's own, not after it. */
const early: Plugin = {
  name: 'early',
  apply: 'build',
  transformIndexHtml: () => ['three', 'scene'].map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', href: `./${name}.js` }, injectTo: 'head' as const })),
};

// Names without hashes: an app change rewrites only `app.js`, so a commit of `dist` stays small; the
// server's ETag takes the place of the name's hash.
export default defineConfig({
  plugins: [svelte(), early],
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
