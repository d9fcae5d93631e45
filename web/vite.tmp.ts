import base from './vite.config';
export default { ...base, server: { port: 5299, host: '127.0.0.1', hmr: false, proxy: { '/api': { target: 'http://127.0.0.1:8291', ws: true } } } };
