// The server's clock and times in words, on the season's clock.
// clock(zone, say): say(key, values) looks up the texts "time.*" and "left.*".

export function clock(zone, say) {
  let offset = 0; // server minus device, milliseconds
  const english = document.documentElement.lang === "en";
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const monthName = new Intl.DateTimeFormat("en-GB", { timeZone: zone, month: "short" });

  const now = () => Date.now() + offset;

  function split(ms) {
    const found = {};
    parts.formatToParts(new Date(ms)).forEach((part) => {
      found[part.type] = part.value;
    });
    return found;
  }

  function day(ms) {
    const at = split(ms);
    return english
      ? `${Number(at.day)} ${monthName.format(new Date(ms))}`
      : `${Number(at.month)}月${Number(at.day)}日`;
  }

  function time(ms, seconds) {
    const at = split(ms);
    return `${english ? at.hour : Number(at.hour)}:${at.minute}${seconds ? `:${at.second}` : ""}`;
  }

  function full(ms, seconds) {
    return `${day(ms)}${english ? ", " : " "}${time(ms, seconds)}`;
  }

  const DAY = 86400000;

  return {
    now,
    day,
    time,
    full,
    // Called with each answer that carries the server's time.
    setServerTime(ms) {
      offset = ms - Date.now();
    },
    dated(ms, seconds) {
      const at = split(ms);
      return english ? `${day(ms)} ${at.year}, ${time(ms, seconds)}` : `${at.year}年${full(ms, seconds)}`;
    },
    // The time alone for today, otherwise with the day.
    brief: (ms) => (day(ms) === day(now()) ? time(ms) : full(ms)),
    // "tomorrow 0:00", "today 18:00", otherwise day and time.
    near(ms) {
      const today = day(now());
      if (day(ms) === today) {
        return say("time.today", { time: time(ms) });
      }
      return day(ms) === day(now() + DAY) ? say("time.tomorrow", { time: time(ms) }) : full(ms);
    },
    // Words by the minute; never seconds. At least one minute as long as there is any time.
    left(ms) {
      const minutes = Math.max(1, Math.ceil((ms - now()) / 60000));
      const d = Math.floor(minutes / 1440);
      const h = Math.floor((minutes % 1440) / 60);
      if (d > 0) {
        return say("left.days", { d, h });
      }
      return h > 0 ? say("left.hours", { h, m: minutes % 60 }) : say("left.minutes", { m: minutes });
    },
  };
}
