// Expands calendar files with ical.js, for calendars.py.
//
//     node tests/ci/calendars.mjs NODE_MODULES <QUESTION
//
// The question is JSON: files, from, to. The answer gives each file's occurrences: beginning, end,
// title, status.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const { default: ICAL } = await import(pathToFileURL(`${process.argv[2]}/ical.js/dist/ical.js`))
const question = JSON.parse(readFileSync(0, 'utf8'))
const compact = (time) => time.toICALString()

function occurrences(text, from, to) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent').map((own) => new ICAL.Event(own))
  const found = []
  const take = (event, start, end) => {
    const duration = event.component.hasProperty('dtend')
    found.push([compact(start), compact(duration ? end : start), event.summary, event.component.getFirstPropertyValue('status')])
  }
  const names = new Set(events.map((event) => event.uid))
  for (const name of names) {
    const own = events.filter((event) => event.uid === name)
    const master = own.find((event) => !event.isRecurrenceException()) ?? own[0]
    if (!master.isRecurring()) {
      take(master, master.startDate, master.endDate)
      continue
    }
    for (const other of own) if (other !== master) master.relateException(other)
    const dates = master.iterator()
    // A date that was moved may come back from behind the end.
    const end = to.clone()
    end.year += 1
    for (let next = dates.next(); next && next.compare(end) < 0; next = dates.next()) {
      const { item, startDate, endDate } = master.getOccurrenceDetails(next)
      take(item, startDate, endDate)
    }
  }
  return found
}

const [from, to] = [question.from, question.to].map((text) => ICAL.Time.fromDateString(text))
const answer = {}
for (const file of question.files) answer[file] = occurrences(readFileSync(file, 'utf8'), from, to)
console.log(JSON.stringify(answer))
