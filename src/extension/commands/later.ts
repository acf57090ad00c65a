/** The commands that are loaded when one of them is first run: a bundle of its own, beside the extension's. */
export { filterActivity, revealVersion, showProductionOn } from '../activity/commands'
export { removeAlias, setAlias } from '../aliases/aliases'
export { restoreCharts } from '../charts/chartsPage'
export { showCharts } from '../charts/showCharts'
export { compareMetadata, compareSelected, compareWithProduction } from '../compare/compareCommands'
export { restoreComparison } from '../compare/comparisonPage'
export { openDetails, showFirstDetails } from '../details/openDetails'
export { openDetailsPage, readDetailsState } from '../details/detailsPage'
export { showInspector } from '../inspector/inspectorPage'
export { InspectedModel } from '../inspector/subject'
export { editCard, showCard } from '../origin/card'
export { compareCode, openCode, openCommit } from '../origin/code'
export { recoverDocument, resolveConflict } from '../recovery/brokenDocument'
export { freeDiskSpace } from '../recovery/freeDiskSpace'
export { locateArtifact, repair } from '../recovery/repair'
export { rollBack } from '../recovery/rollback'
export { restoreDeleted } from '../recovery/trash'
export { verifyArtifacts } from '../recovery/verify'
export { openScan } from '../scan/open'
export { scanAgain } from '../scan/scanAgain'
export { checkPromotionRules } from '../rules/checkRules'
export { completeRules, ruleProblem } from '../rules/ruleFile'
export { filterModels } from '../search/filterModels'
export { findBestVersion } from '../search/findBest'
export { searchVersions } from '../search/searchVersions'
export { showAsOf, showToday } from '../timeTravel/timeTravel'
export {
  copyDigest,
  copyPath,
  copyReference,
  openArtifact,
  revealArtifact,
  revealArtifactInSystem,
} from './artifact'
export { deleteModel, deleteSelection, deleteVersion } from './delete'
export { editDescription, editMetrics, editParameters, editTags, renameModel } from './edit'
export { takenVersions } from '../register/draft'
export { suggestName } from '../register/guess'
export { findOrigin } from '../register/origin'
export { registerPaths } from '../register/register'
export { copyLoadCode, insertLoadCode } from './loadCode'
export { registerModel, registerUris } from './registerModel'
export { registerVersion } from './registerVersion'
