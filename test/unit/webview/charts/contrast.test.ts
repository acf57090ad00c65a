import assert from 'node:assert/strict'
import { legible } from '../../../../src/webview/charts/contrast'

describe('colours of lines', () => {
  it('stay what the theme says where they can be seen', () => {
    assert.equal(legible('#59a4f9', '#1f1f1f', '#cccccc'), '#59a4f9')
    assert.equal(legible('#1a85ff', '#ffffff', '#3b3b3b'), '#1a85ff')
  })

  it('go towards the text where they can not', () => {
    assert.match(legible('#4d2600', '#1f1f1f', '#cccccc'), /^rgba\(\d+, \d+, \d+, 1\)$/)
    assert.notEqual(legible('#ffff00', '#ffffff', '#000000'), '#ffff00')
    assert.equal(legible('#1f1f1f', '#1f1f1f', '#202020'), '#202020')
  })

  it('count what shines through', () => {
    assert.notEqual(
      legible('rgba(255, 255, 255, 0.05)', '#000000', '#ffffff'),
      'rgba(255, 255, 255, 0.05)',
    )
  })
})
