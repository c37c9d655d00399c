// Goes through the shop as a visitor does, and prints what the visitor sees: visit.js CHROMIUM PORT HOST PATH
const puppeteer = require('puppeteer-core');

(async () => {
  const [executablePath, port, host, path] = process.argv.slice(2);
  const browser = await puppeteer.launch({
    executablePath,
    acceptInsecureCerts: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', `--host-resolver-rules=MAP ${host} 127.0.0.1`],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('response', (response) => { if (response.status() >= 400) trouble.push(response.status() + ' ' + response.url()); });
    const say = async () => console.log(await page.title(), new URL(page.url()).pathname, new URL(page.url()).host === `${host}:${port}`);
    const click = (id) => Promise.all([page.waitForNavigation(), page.click(id)]);

    const first = await page.goto(`https://${host}:${port}${path}`);
    await say();
    await click('#relative');
    await say();
    await page.waitForFunction(() => document.getElementById('said').textContent && document.getElementById('price').textContent);
    console.log(await page.$eval('#said', (p) => p.textContent), await page.$eval('#price', (p) => p.textContent));
    await click('#up');
    await say();
    await page.click('#order');
    await page.waitForSelector('#cookies');
    await say();
    console.log(await page.$eval('#cookies', (p) => p.textContent));
    console.log((await browser.cookies()).map((c) => `${c.name}=${c.value} ${c.domain} ${c.path} ${c.httpOnly}`).sort().join(', '));
    console.log(await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol), first.status(), trouble.join(', ') || 'no trouble');
  } finally {
    await browser.close();
  }
})().catch((error) => { console.error(error); process.exit(1); });
