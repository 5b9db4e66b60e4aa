'use strict';

// Whatever comes from a message is shown as text, never as markup.

const POLL_MILLIS = 500;
const MOST_OLDER = 8;

const notice = document.getElementById('notice');
const shown = {};

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function post(path) {
  notice.textContent = '';
  try {
    const response = await fetch(path, { method: 'POST' });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      notice.textContent = problem.detail || `The service answered ${response.status}.`;
    }
  } catch {
    notice.textContent = 'The order service does not answer. Is the demo still running?';
  }
  await refresh().catch(() => {}); // the next poll tells
}

function wire(button, path) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await post(typeof path === 'function' ? path() : path);
    } finally {
      button.disabled = false;
    }
  });
}

/** How the story ended, or what it waits for. */
function outcome(story) {
  const steps = new Set(story.events.map((event) => event.step));
  if (steps.has('NOT_SENT')) return ['bad', 'no order: broker away'];
  if (steps.has('ROLLED_BACK')) return ['bad', 'rolled back, nothing sent'];
  if (steps.has('ALERT') && steps.has('DEAD_LETTER')) return ['bad', 'dead letter, alert raised'];
  if (steps.has('CONSUMED')) return ['good', 'order and points agree'];
  if (steps.has('ATTEMPT_FAILED')) return ['waiting', 'waits for the next attempt'];
  if (steps.has('VISIBLE')) return ['waiting', 'on its way to the points service'];
  if (steps.has('COMMIT_LOST')) return ['waiting', 'waits for the broker to ask'];
  return ['waiting', 'under way'];
}

/** The latest one with all its sentences, older ones with their steps alone. */
function storyCard(story, withWords) {
  const card = element('article', 'story');
  const head = element('div', 'story-head');
  head.append(element('strong', '', `Order ${story.orderId}`), element('span', '', story.fate));
  head.append(element('code', 'id', story.messageId));
  const [tone, text] = outcome(story);
  head.append(element('span', `badge ${tone}`, text));

  const path = element('ol', 'path');
  const words = element('ol', 'words');
  let attempts = 0;
  for (const event of story.events) {
    const item = element('li');
    const label = event.step === 'ATTEMPT_FAILED' ? `attempt ${(attempts += 1)} failed` : event.label;
    const chip = element('span', `chip ${event.tone.toLowerCase()}`, label);
    chip.title = event.text;
    item.append(chip);
    path.append(item);
    const line = element('li');
    const time = element('time', '', new Date(event.at).toLocaleTimeString([], { hour12: false }));
    time.dateTime = event.at;
    line.append(time, element('span', '', event.text));
    words.append(line);
  }
  card.append(head, path);
  if (withWords) card.append(words);
  return card;
}

function showTimeline(stories) {
  const target = document.getElementById('timeline');
  if (stories.length === 0) return;
  target.replaceChildren(...stories.slice(0, MOST_OLDER + 1).map((story, index) => storyCard(story, index === 0)));
}

function showTable(target, rows) {
  if (rows.length === 0) {
    target.replaceChildren(element('p', 'empty', 'empty'));
    return;
  }
  const columns = Object.keys(rows[0]);
  const table = element('table');
  const head = element('tr');
  head.append(...columns.map((column) => element('th', '', column)));
  const body = element('tbody');
  for (const row of rows) {
    const line = element('tr');
    line.append(
      ...columns.map((column) => {
        const text = row[column] === null ? '' : String(row[column]);
        const short = column === 'key' || column === 'message id' ? `…${text.slice(-8)}` : text;
        const cell = element('td', text.length < 16 || short !== text ? 'fixed' : '', short);
        cell.title = text;
        return cell;
      }),
    );
    body.append(line);
  }
  const header = element('thead');
  header.append(head);
  table.append(header, body);
  target.replaceChildren(table);
}

/** Redraws only what changed, so that a selection or a scroll position survives. */
function ifChanged(name, value, draw) {
  const text = JSON.stringify(value);
  if (shown[name] !== text) {
    draw(value);
    shown[name] = text;
  }
}

function showBroker(running) {
  document.getElementById('broker-dot').classList.toggle('away', !running);
  document.getElementById('broker-state').textContent = running
    ? 'Broker is running'
    : 'Broker is away: an order is refused before anything is written';
  document.getElementById('broker-switch').textContent = running ? 'Stop the broker' : 'Start the broker';
}

async function refresh() {
  const response = await fetch('watch');
  if (!response.ok) throw new Error(String(response.status));
  const all = await response.json();
  ifChanged('brokerRunning', all.brokerRunning, showBroker);
  ifChanged('timeline', all.timeline, showTimeline);
  for (const target of document.querySelectorAll('[data-table]')) {
    ifChanged(target.dataset.table, all[target.dataset.table], (rows) => showTable(target, rows));
  }
}

async function poll() {
  let pause = POLL_MILLIS;
  try {
    await refresh();
    if (notice.dataset.lost) {
      notice.textContent = '';
      delete notice.dataset.lost;
    }
  } catch {
    notice.textContent = 'The demo does not answer. If it was stopped, start it again.';
    notice.dataset.lost = 'true';
    pause = 2000;
  }
  setTimeout(poll, pause);
}

for (const button of document.querySelectorAll('[data-fate]')) {
  wire(button, `orders/${button.dataset.fate}`);
  // Where the timeline is below the fold, what was asked for must come into view.
  button.addEventListener('click', () => {
    if (window.matchMedia('(max-width: 900px)').matches) document.getElementById('timeline-title').scrollIntoView({ behavior: 'smooth', block: 'start' });
  });
}
wire(document.getElementById('broker-switch'), () => (shown.brokerRunning === 'true' ? 'watch/broker/stop' : 'watch/broker/start'));
poll();
