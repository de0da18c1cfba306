// Draws the images of the brand that browsers and previews of links want as bitmaps, from the SVG files in public/:
// `node tools/brand/main.ts`, with Chromium installed (or CHROMIUM). Its results are committed; run it when a mark changes.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const PUBLIC = path.resolve(import.meta.dirname, '../../public');
const CARD = { width: 1200, height: 630 };
const CARD_BYTES_MAX = 60 * 1024;
const ICON_PX = 32;
const TOUCH_ICON_PX = 180;

const read = (name: string) => readFileSync(path.join(PUBLIC, name), 'utf8');

async function draw(browser: Browser, html: string, viewport: { width: number; height: number }) {
  const page = await browser.newPage({ viewport });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${html}`);
  const image = await page.screenshot({ omitBackground: true });
  await page.close();
  return image;
}

const square = (px: number) => ({ width: px, height: px });
const icon = read('favicon.svg');
const withSize = (svg: string, px: number) => svg.replace('<svg ', `<svg width="${px}" height="${px}" `);

/** iOS rounds the corners itself. */
const touchIcon = withSize(icon.replace(' rx="7"', ''), TOUCH_ICON_PX);

const card = `<div style="box-sizing: border-box; height: ${CARD.height}px; padding: 0 96px; display: flex; flex-direction: column;
    justify-content: center; background: #1d2a3a; color: #fff; font-family: 'DejaVu Sans', sans-serif">
  <div style="display: flex; align-items: center; gap: 48px; color: #fff">
    ${withSize(read('mark.svg').replace(/<style>.*<\/style>/, ''), 200)}
    <div style="font-size: 128px; font-weight: 700; letter-spacing: -3px">Ledge</div>
  </div>
  <div style="margin-top: 32px; font-size: 44px; color: #c5d0db">Short posts, threads and replies.<br>An open API underneath.</div>
</div>`;

/** An ICO file that holds one PNG image, as all browsers of today read it. */
function icoOf(png: Buffer, px: number): Buffer {
  const head = Buffer.alloc(22);
  // Type 1 (icon), one image.
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(px, 6);
  head.writeUInt8(px, 7);
  // One plane, 32 bits a pixel; then the length of the image and where it begins.
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const small = await draw(browser, withSize(icon, ICON_PX), square(ICON_PX));
  const images = {
    'favicon.ico': icoOf(small, ICON_PX),
    'apple-touch-icon.png': await draw(browser, touchIcon, square(TOUCH_ICON_PX)),
    'card.png': await draw(browser, card, CARD),
  };
  if (images['card.png'].length > CARD_BYTES_MAX) throw new Error('card.png has more than 60 KiB.');
  for (const [name, image] of Object.entries(images)) writeFileSync(path.join(PUBLIC, name), image);
} finally {
  await browser.close();
}
