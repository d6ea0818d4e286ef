/* Charts are drawn where they are looked at: until then, on paper and without this script, what the server drew stands
   in their place. Plotly comes only when the first chart nears the view, or its picture is asked for. */

const NARROW = 600; // pixels; below it a chart has its own layout
const PICTURE_WIDTH = 1200; // pixels, of which a picture has two for each
const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false };

let plotly;

function loadPlotly(address) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined; // so that the next try loads it again
      script.remove();
      reject(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });
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
  const room = 48;
  const titled = {
    ...layout,
    title: { text: `<b>${title}</b>`, x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 14 }, font: { size: 18 } },
    margin: { ...layout.margin, l: layout.margin.l + 20, r: layout.margin.r + 20, t: layout.margin.t + room, b: layout.margin.b + 20 },
  };
  const height = layout.height + room + 20;
  await library.downloadImage({ data, layout: titled }, { format: "png", filename: title, width: PICTURE_WIDTH, height, scale: 2 });
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
