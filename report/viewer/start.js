// Begins once the page is there; without WebGL2 the pictures stay.

function start() {
  const page = JSON.parse($("page").textContent);
  if (page.scans.length === 0) return;
  Object.assign(MAPS, page.maps);
  let panel;
  try {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack the data");
    panel = new Panel(page);
  } catch (err) {
    $("fallback-why").textContent = err.message;
    document.documentElement.classList.add("flat");
    return;
  }
  document.documentElement.classList.add("live");
  const wanted = Number(/^#scan=(\d+)$/.exec(location.hash)?.[1]) - 1;
  panel.open(page.scans[wanted] ? wanted : page.first);
}

start();
