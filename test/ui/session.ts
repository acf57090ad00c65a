/** A VS Code of its own for one test: server, browser profile, copy of the sample workspace, windows. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { launchBrowser, openProfile, openWindow } from '../host/browserWindow'
import { startCodeServer, type CodeServer } from '../host/codeServer'
import { PROJECT, copySampleWorkspace } from '../host/workspace'
import { createTempFolder, removeFolder } from '../support/tempFolder'
import { Workbench } from './workbench'

export interface SessionOptions {
  /** Opens the workspace in Restricted Mode when false. */
  readonly trusted?: boolean
  readonly settings?: Readonly<Record<string, unknown>>
  /** A packaged extension instead of what was built in the checkout. */
  readonly vsix?: string
  /** A folder of the caller's instead of a copy of the sample workspace; it outlives the session. */
  readonly workspace?: string
  /** Runs between the copying of the workspace and the first window. */
  readonly prepare?: (workspace: string) => Promise<void>
  /** What to open, instead of the workspace folder: a `.code-workspace` beside it, or nothing (`null`). */
  readonly open?: ((workspace: string) => Promise<string>) | null
}

let sharedBrowser: Promise<Browser> | undefined
const openSessions = new Set<Session>()

export class Session {
  private constructor(
    private readonly folder: string,
    private readonly server: CodeServer,
    private readonly profile: BrowserContext,
    private readonly opened: string | undefined,
    /** The folder that is open: a copy of the sample workspace. */
    readonly workspace: string,
  ) {}

  private current: Workbench | undefined

  /** The window that was opened last. */
  get workbench(): Workbench {
    if (this.current === undefined) throw new Error('The session has no window.')
    return this.current
  }

  /** Starts a VS Code and opens its first window. */
  static async start(options: SessionOptions = {}): Promise<Session> {
    const folder = await createTempFolder('ui')
    const workspace = options.workspace ?? (await copySampleWorkspace(folder))
    await options.prepare?.(workspace)
    const opened =
      options.open === null ? undefined : ((await options.open?.(workspace)) ?? workspace)
    // A home of its own: neither the git identity nor the shell set-up of whoever runs this matters.
    const home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.org\n')
    // Together: the first time, both are installed.
    const [browser, server] = await Promise.all([
      (sharedBrowser ??= launchBrowser()),
      startCodeServer({
        dataFolder: join(folder, 'data'),
        trusted: options.trusted ?? true,
        settings: options.settings,
        extension: options.vsix ?? PROJECT,
        env: { HOME: home },
      }),
    ])
    const profile = await openProfile(browser)
    const session = new Session(folder, server, profile, opened, workspace)
    openSessions.add(session)
    await session.openWindow()
    return session
  }

  /** Opens one more window on the same workspace. */
  async openWindow(): Promise<Workbench> {
    const { authority } = this.server
    const page = await openWindow(this.profile, authority, { workspace: this.opened })
    this.current = new Workbench(page)
    return this.current
  }

  /** Closes every window and opens a new one, as a user who comes back the next day. */
  async reopen(): Promise<Workbench> {
    await Promise.all(this.profile.pages().map((page) => page.close({ runBeforeUnload: false })))
    return this.openWindow()
  }

  async stop(): Promise<void> {
    openSessions.delete(this)
    await this.profile.close()
    await this.server.stop()
    await removeFolder(this.folder)
  }
}

/** The windows that are open now, for a picture of a failed test. */
export function openWorkbenches(): readonly Workbench[] {
  return [...openSessions].map((session) => session.workbench)
}

/** Stops what tests left running. */
export async function stopSessions(): Promise<void> {
  for (const session of openSessions) await session.stop()
}

export async function closeBrowser(): Promise<void> {
  await (await sharedBrowser)?.close()
  sharedBrowser = undefined
}
