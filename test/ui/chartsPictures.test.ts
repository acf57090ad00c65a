import assert from 'node:assert/strict'
import { violationsIn } from './accessibility'
import { registerTrainings } from './chartRegistry'
import { ChartsView, TABS } from './chartsView'
import { Session } from './session'

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
}

/** Pictures of every chart, in `out/screenshots`, with a point that was reached by keys. */
for (const [theme, colorTheme] of Object.entries(THEMES))
  describe(`charts, ${theme}`, () => {
    it('are finished pictures that everybody can use', async () => {
      const settings = { 'workbench.colorTheme': colorTheme }
      const { workbench } = await Session.start({ settings, prepare: registerTrainings })
      const charts = await ChartsView.open(workbench)
      await charts.show('Over versions')
      await workbench.screenshot(`${theme}-charts-all-models`)
      await charts.choose('Versions', /^\s*digits/)
      for (const tab of TABS) {
        await charts.show(tab)
        await charts.focusChart()
        await charts.press('ArrowRight', 'ArrowRight')
        assert.deepEqual(await violationsIn(charts.frame), [], tab)
        await workbench.screenshot(`${theme}-charts-${tab.toLowerCase().replace(' ', '-')}`)
      }
    })
  })
