/* Charts are drawn where they are looked at: until then, on paper and without this script, what the server drew stands
   in their place. Plotly comes only when the first chart nears the view, or its picture is asked for. */

const NARROW = 600; // pixels; below it a chart has its own layout
const PICTURE_WIDTH = 1200; // pixels, of which a picture has two for each
const EDGE = 20; // pixels of white around a picture
const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false };

let plotly;

function loadPlotly(address) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly did not load"));
    document.head.append(script);
  });
  // While it starts it adds a style element for maps, which the Content-Security-Policy refuses and no chart here needs.
  document.head.appendChild = (node) =>
    node instanceof HTMLStyleElement ? node : Node.prototype.appendChild.call(document.head, node);
  plotly.then(
    () => delete document.head.appendChild,
    () => (plotly = undefined), // so that the next try loads it again
  );
  return plotly;
}

const figuresOf = (chart) => JSON.parse(chart.querySelector("script").textContent);

async function draw(chart) {
  const library = await loadPlotly(chart.dataset.plotly);
  const figures = figuresOf(chart);
  const place = chart.querySelector(".chart-drawn");
  let shown;
  const fit = () => {
    const wanted = chart.clientWidth < NARROW ? "narrow" : "wide";
    if (!chart.clientWidth || (wanted === shown && place.clientWidth === place.querySelector("svg")?.clientWidth)) return;
    shown = wanted;
    const { data, layout } = structuredClone(figures[wanted]);
    library.react(place, data, { ...layout, width: chart.clientWidth }, CONFIG);
  };
  place.hidden = false;
  fit();
  chart.classList.add("is-drawn");
  new ResizeObserver(fit).observe(chart);
}

/** The wide figure with its title, whatever the screen: what a report or a slide wants. */
async function takePicture(chart) {
  const library = await loadPlotly(chart.dataset.plotly);
  const { title, wide } = figuresOf(chart);
  const { data, layout } = wide;
  const { margin } = layout;
  const room = 24 * (1 + title.split("<br>").length);
  const height = layout.height + room + 2 * EDGE;
  const titled = {
    ...layout,
    title: {
      text: title,
      font: { size: 18, weight: 700 },
      x: EDGE / PICTURE_WIDTH,
      xanchor: "left",
      y: 1 - EDGE / height,
      yref: "container",
      yanchor: "top",
    },
    margin: { l: margin.l + EDGE, r: margin.r + EDGE, t: margin.t + room + EDGE, b: margin.b + EDGE },
  };
  if (layout.legend) titled.legend = { ...layout.legend, x: EDGE / PICTURE_WIDTH };
  const name = title.replaceAll("<br>", " ");
  await library.downloadImage({ data, layout: titled }, { format: "png", filename: name, width: PICTURE_WIDTH, height, scale: 2 });
}

function offerPicture(chart) {
  const button = chart.querySelector("[data-picture]");
  const said = chart.querySelector(".chart-said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "Making the picture …";
    try {
      await takePicture(chart);
      said.textContent = "The picture is in your downloads.";
    } catch {
      said.textContent = "The picture could not be made. Try again, or take the figures.";
    }
  });
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      draw(target).catch(() => {}); // what the server drew stays
    }
  },
  { rootMargin: "200px" },
);

for (const chart of document.querySelectorAll(".chart")) {
  offerPicture(chart);
  if (chart.querySelector(".chart-drawn")) watcher.observe(chart);
}

// On a narrow screen the last quarter of a grid stands at its right end.
for (const grid of document.querySelectorAll(".chart-grid")) grid.parentElement.scrollLeft = grid.scrollWidth;
