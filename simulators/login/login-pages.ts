import { type Directory, type StaffMember, shownName } from '../../src/identity/directory.ts'

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.5rem 0 .25rem}ul{list-style:none;padding:0;margin:0}
li{padding:.4rem 0;border-top:1px solid #d5d9de}button{font:inherit;padding:.45rem .8rem;margin:.2rem .4rem .2rem 0;border:1px solid #1f5f8b;
border-radius:.3rem;background:#fff;color:#14476a;cursor:pointer}button:hover{background:#e8f1f8}
button:focus-visible,input:focus-visible{outline:3px solid #f2a900;outline-offset:2px}input{font:inherit;padding:.45rem;width:14rem}
.note{background:#fff6dc;border-left:4px solid #f2a900;padding:.5rem .8rem}`

/** Who are you, and in which commission: one button for each. */
export function staffPage(directory: Directory): string {
  const regions = directory.regions.flatMap(({ id, name }) => {
    const members = directory.staff.filter((member) => regionOf(directory, member) === id)
    return members.length === 0
      ? []
      : `<h2>${safe(name)}</h2><ul>${members.map((member) => memberRow(directory, member)).join('')}</ul>`
  })
  return page(
    'Logga in som personal',
    `<p class="note">Det här är en demo med påhittade personer. I drift loggar personal in med SITHS.</p>
    <p>Välj vem du är och i vilket medarbetaruppdrag.</p>
    <form method="post">${regions.join('')}</form>`,
  )
}

/** Whose eID it is. */
export function patientPage(fault: boolean): string {
  const told = fault
    ? '<p id="fault" role="alert">Det är inget personnummer. Skriv tolv siffror.</p>'
    : ''
  return page(
    'Logga in som invånare',
    `<p class="note">Det här är en demo med påhittade personer. I drift loggar invånare in med BankID eller Freja eID+.</p>
    ${told}<form method="post"><p><label for="number">Personnummer, tolv siffror</label><br>
    <input id="number" name="choice" inputmode="numeric" autocomplete="off" required aria-describedby="fault"></p>
    <button>Logga in</button></form>`,
  )
}

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function memberRow(_directory: Directory, member: StaffMember): string {
  const buttons = member.commissions.map(({ hsaId, name }) => {
    return `<button name="choice" value="${safe(`${member.login} ${hsaId}`)}">${safe(name)}</button>`
  })
  return `<li><strong>${safe(shownName(member))}</strong>, ${safe(member.title)}<br>${buttons.join('')}</li>`
}

function regionOf({ units }: Directory, { commissions }: StaffMember): string | undefined {
  return units.find(({ hsaId }) => hsaId === commissions[0]?.unit)?.region
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
  <title>${safe(title)}</title><style>${STYLE}</style><main><h1>${safe(title)}</h1>${body}</main></html>`
