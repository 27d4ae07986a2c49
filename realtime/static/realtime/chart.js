// Ballots per minute: a line, one sentence, and the same figures as a table.
// Expects: #plot, #axis, #chart-span, #chart-sentence, #figures.
const WIDTH = 600;
const HEIGHT = 160;
const MINUTE_MS = 60000;

export class Chart {
  constructor(words) {
    this.words = words;
    this.plot = document.getElementById("plot");
    this.table = document.getElementById("figures");
    this.drawn = "";
    if (this.table) {
      this.table.addEventListener("toggle", () => this.list());
    }
  }

  render(state) {
    const key = `${state.minute_ms} ${state.per_minute}`;
    if (!this.plot || key === this.drawn) {
      return;
    }
    this.drawn = key;
    this.counts = state.per_minute || [];
    this.lastMs = state.minute_ms;
    const most = Math.max(1, ...this.counts);
    const span = Math.max(1, this.counts.length - 1);
    const points = this.counts.map((count, place) => [
      Math.round((place * WIDTH * 10) / span) / 10,
      Math.round((HEIGHT - 4 - ((HEIGHT - 12) * count) / most) * 10) / 10,
    ]);
    const line = points.length > 1 ? `M${points.map((point) => point.join(" ")).join("L")}` : "";
    this.plot.querySelector(".plot-line").setAttribute("d", line);
    this.plot.querySelector(".plot-area").setAttribute("d", line && `${line}V${HEIGHT}H0Z`);
    this.label(most);
    this.list();
  }

  minute(place) {
    return this.lastMs - (this.counts.length - 1 - place) * MINUTE_MS;
  }

  label(most) {
    const number = this.counts.length;
    const enough = number > 1;
    const [from, middle, to] = document.getElementById("axis").children;
    from.textContent = enough ? this.words.time(this.minute(0)) : "";
    middle.textContent = number > 10 ? this.words.time(this.minute(Math.floor((number - 1) / 2))) : "";
    to.textContent = enough ? this.words.time(this.minute(number - 1)) : "";
    document.getElementById("chart-span").textContent = enough ? this.words.say("chart.last", { n: number }) : "";
    document.getElementById("chart-sentence").textContent = number
      ? this.words.say("chart.sentence", {
          last: this.words.number(this.counts[number - 1]),
          most: this.words.number(Math.max(...this.counts)),
          time: this.words.time(this.minute(this.counts.lastIndexOf(Math.max(...this.counts)))),
        })
      : this.words.say("chart.empty");
    this.plot.dataset.most = String(most);
  }

  /** The table, as long as it is open. */
  list() {
    if (!this.table.open || !this.counts) {
      return;
    }
    const rows = this.counts.map((count, place) => {
      const row = document.createElement("tr");
      const minute = document.createElement("th");
      const number = document.createElement("td");
      minute.scope = "row";
      minute.textContent = this.words.time(this.minute(place));
      number.textContent = this.words.number(count);
      row.append(minute, number);
      return row;
    });
    const body = this.table.querySelector("tbody");
    body.textContent = "";
    body.append(...rows.reverse());
  }
}
