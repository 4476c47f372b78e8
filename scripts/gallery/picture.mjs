// A figure's SVG as PNG, the same on every machine: drawn by resvg, with letters from a package and none of the system's. One pixel a
// unit: JupyterLab shows it in the place of a saved figure as large as it is.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** @param {string} svg @returns {Promise<{ png: string, width: number, height: number }>} base64, and the size in CSS pixels */
export async function pictureOf(svg) {
  // Not at the top: scripts are read before anything is installed.
  const { Resvg } = await import('@resvg/resvg-js');
  const letters = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  const picture = new Resvg(svg, {
    background: 'white',
    font: {
      loadSystemFonts: false,
      fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => join(letters, 'ttf', file)),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  const png = Buffer.from(picture.render().asPng()).toString('base64');
  return { png, width: picture.width, height: picture.height };
}
