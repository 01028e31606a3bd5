import { expressions } from './zh-cn/expressions.ts'
import { findings } from './zh-cn/findings.ts'
import { moreFindings } from './zh-cn/more-findings.ts'
import { schemas } from './zh-cn/schemas.ts'
import { testFiles } from './zh-cn/test-files.ts'
import { tools } from './zh-cn/tools.ts'
import { yaml } from './zh-cn/yaml.ts'

/**
 * Chinese, by the English template; {0} is the first value of it. Terms:
 * agent 坐席 · branch, way 路径 · bracket 括号 · call 通话 · callback 回拨 · caller 来电者 · calendar 日历 · choice 选项 · configuration 配置 ·
 * customer 客户 · exit 出口 · expression 表达式 · fast path, shortcut 快捷通道 · field 字段 · flow 流程 · hang up 挂断（系统）、挂机（来电者） ·
 * key 按键（电话）、键（YAML） · level 等级 · list 列表 · map 映射 · menu 菜单 · message 留言 · overflow 溢出 · parameter 参数 · prompt 提示音 ·
 * queue 队列 · quotes 引号 · recorded audio 录音 · request 请求 · secret 保密内容 · skill 技能 · step 步骤 · tag 标签 · test case 用例 ·
 * text 文本 · transfer 转接 · variable 变量. Words of flow files (on_error, tries) stay as they are written there.
 */
export const chinese: Readonly<Record<string, string>> = {
  ...findings,
  ...moreFindings,
  ...expressions,
  ...schemas,
  ...yaml,
  ...testFiles,
  ...tools
}
