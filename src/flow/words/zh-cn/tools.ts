/** What the tools of designers say by themselves. Terms: see ../zh-cn.ts. */
export const tools: Readonly<Record<string, string>> = {
  error: '错误',
  warning: '警告',
  '{} {}: {}': '{0} {1}：{2}',
  'hint: {}': '提示：{0}',
  '1 flow': '1 个流程',
  '{} flows': '{0} 个流程',
  '1 error': '1 个错误',
  '{} errors': '{0} 个错误',
  '1 warning': '1 个警告',
  '{} warnings': '{0} 个警告',
  'The flow has errors; nothing was changed': '流程有错误，未做任何更改',
  'The source, or the file for it, is of a flow of another name': '源文本或对应文件属于另一个名称的流程',
  'The folder of flows cannot be written': '流程文件夹无法写入',
  '{} ({})': '{0}（{1}）',
  '{}, {}, {}': '{0}，{1}，{2}'
}
