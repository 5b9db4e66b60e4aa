'use strict';

// Whatever comes from a message is shown as text, never as markup.

const POLL_MILLIS = 500;
const MOST_OLDER = 8;
const MOST_STEPS = 15;
const OF_THE_BROKER = ['topic', 'deadLetters'];

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

/** Of the steps that arrived, in their order: whether that is the order of the steps, and each came once. */
function inOrder(steps) {
  return steps.every((step, index) => index === 0 || step > steps[index - 1]);
}

function stepChip(message, step, times) {
  const place = times > 1 ? 'bad' : times === 1 ? 'good' : message.status === 'PENDING' ? 'waiting' : message.status === 'PUBLISHED' ? 'sent' : 'bad';
  const chip = element('li', `step ${place}${message.brokerAway ? ' unaided' : ''}`);
  chip.append(element('strong', '', String(step)));
  chip.append(element('small', '', message.millis === null ? '–' : `${message.millis} ms`));
  const state = { waiting: 'waits in the table', sent: 'in the topic', good: 'consumed once', bad: times > 1 ? `consumed ${times} times` : message.status };
  chip.title = `Step ${step}: ${state[place]}`;
  return chip;
}

function parcelLine(customer, messages, arrived) {
  const line = element('div', 'parcel');
  line.append(element('h3', '', `${customer}’s parcel`));
  const steps = element('ol', 'steps');
  for (const message of messages.slice(-MOST_STEPS)) {
    const step = Number(message.parcel.split('-').pop());
    steps.append(stepChip(message, step, arrived.filter((seen) => seen === step).length));
  }
  line.append(steps);
  if (arrived.length > 0) {
    const good = inOrder(arrived);
    const told = element('p', `told ${good ? '' : 'wrong'}`, `Consumed in this order: ${arrived.length > MOST_STEPS ? '… ' : ''}${arrived.slice(-MOST_STEPS).join(', ')}`);
    told.append(element('span', `badge ${good ? 'good' : 'bad'}`, good ? 'in order, none twice' : 'not in order'));
    line.append(told);
  }
  return line;
}

function parcelSummary(all) {
  const unaided = all.messages.filter((message) => message.brokerAway && message.millis !== null);
  const millis = unaided.map((message) => message.millis).sort((left, right) => left - right);
  const calls = millis.length === 0
    ? ''
    : `${millis.length} calls were made while the broker was away: half of them took ${millis[millis.length >> 1]} ms or less, the slowest ${millis[millis.length - 1]} ms. `;
  const rows = all.waiting === 1 ? '1 row waits' : `${all.waiting} rows wait`;
  const waiting = all.waiting === 0 ? 'No row waits. ' : `${rows} in the table. `;
  const arrived = new Set(all.arrived);
  const consumed = all.messages.filter((message) => arrived.has(message.parcel)).length;
  return `${calls}${waiting}${consumed} of the latest ${all.messages.length} messages are consumed.`;
}

function showParcels(all) {
  if (all.messages.length === 0) return;
  document.getElementById('parcels-summary').textContent = parcelSummary(all);
  document.getElementById('parcels-legend').hidden = false;
  const customers = [...new Set(all.messages.map((message) => message.parcel.replace(/-\d+$/, '')))].sort();
  document.getElementById('parcels').replaceChildren(
    ...customers.map((customer) => {
      const own = (parcel) => parcel.startsWith(`${customer}-`);
      const arrived = all.arrived.filter(own).map((parcel) => Number(parcel.split('-').pop()));
      return parcelLine(customer, all.messages.filter((message) => own(message.parcel)), arrived);
    }),
  );
}

function showTable(target, rows, whenEmpty) {
  if (rows.length === 0) {
    target.replaceChildren(element('p', 'empty', whenEmpty));
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
    : 'Broker is away: orders are refused before anything is written; parcels move on';
  document.getElementById('broker-switch').classList.toggle('wanted', !running);
  document.getElementById('broker-switch').textContent = running ? 'Stop the broker' : 'Start the broker';
}

async function refresh() {
  const response = await fetch('watch');
  if (!response.ok) throw new Error(String(response.status));
  const all = await response.json();
  ifChanged('brokerRunning', all.brokerRunning, showBroker);
  ifChanged('parcels', all.parcels, showParcels);
  ifChanged('timeline', all.timeline, showTimeline);
  for (const target of document.querySelectorAll('[data-table]')) {
    const name = target.dataset.table;
    const closed = !all.brokerRunning && OF_THE_BROKER.includes(name);
    ifChanged(name, [all[name], closed], ([rows, away]) => showTable(target, rows, away ? 'cannot be read while the broker is away' : 'empty'));
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
  wire(button, button.dataset.path || `orders/${button.dataset.fate}`);
  // Where it is below the fold, what was asked for must come into view.
  button.addEventListener('click', () => {
    if (window.matchMedia('(max-width: 900px)').matches) document.getElementById(button.dataset.show || 'timeline-title').scrollIntoView({ behavior: 'smooth', block: 'start' });
  });
}
wire(document.getElementById('parcels-move'), 'parcels/five-steps');
wire(document.getElementById('broker-switch'), () => (shown.brokerRunning === 'true' ? 'watch/broker/stop' : 'watch/broker/start'));
poll();
