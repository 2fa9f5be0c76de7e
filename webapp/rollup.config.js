/** How the scripts of the page become a bundle; where they are and where it goes, the build hook says. */
import terser from "@rollup/plugin-terser";

export default {
  output: { format: "es", sourcemap: true, entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
  plugins: [terser({ module: true, ecma: 2022, compress: { passes: 3 } })],
};
