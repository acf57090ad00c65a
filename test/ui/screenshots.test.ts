import { registerTeam } from './sampleRegistry'
import { Session } from './session'

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern' }

/** Pictures of the main states, in `out/screenshots`; each waits for what it is to show. */
for (const [theme, colorTheme] of Object.entries(THEMES))
  describe(`the main states, ${theme}`, () => {
    const settings = { 'workbench.colorTheme': colorTheme }

    it('empty, and the steps of a registration', async () => {
      const { workbench } = await Session.start({ settings })
      const { quickInput } = workbench
      await workbench.openModels()
      await workbench.sidebar.getByText(/No models/).waitFor()
      await workbench.page.getByText('Activating Extensions').waitFor({ state: 'hidden' })
      await workbench.screenshot(`${theme}-empty`)
      const file = await workbench.explorerRow('churn/model.joblib')
      await workbench.openMenu(file)
      await workbench.screenshot(`${theme}-explorer-menu`)
      await workbench.page.keyboard.press('Escape')
      await workbench.chooseFromMenu(file, 'Register as Model…')
      for (const step of [1, 2, 3]) {
        await quickInput.step(new RegExp(`${step}/3`))
        await workbench.screenshot(`${theme}-register-${step}`)
        await quickInput.acceptStep()
      }
      await workbench.row('churn 1.0.0').waitFor()
      await workbench.screenshot(`${theme}-registered`)
    })

    it('by stage, by model, a menu, a tooltip', async () => {
      const { workbench } = await Session.start({ settings, prepare: registerTeam })
      await workbench.openModels()
      await workbench.row('sentiment').waitFor()
      await workbench.screenshot(`${theme}-by-stage`)
      await workbench.hover(workbench.row('fraud'), 'accuracy')
      await workbench.screenshot(`${theme}-tooltip`)
      await workbench.openMenu(workbench.row('fraud'))
      await workbench.screenshot(`${theme}-menu`)
      await workbench.page.keyboard.press('Escape')
      await workbench.runCommand('Model Registry: Group by Model')
      await workbench.rowsUntil((rows) => !rows.some((row) => row.startsWith('Production')))
      await workbench.row(/^digits-cnn/).click()
      await workbench.row('0.9.0').waitFor()
      await workbench.screenshot(`${theme}-by-model`)
    })
  })
