import type { tour as english } from '../en/tour';
import type { Translated } from '../parts';

export const tour: Translated<typeof english> = {
  'tour.start': '导览',
  'tour.startLabel': '控制中心简短导览',
  'tour.step': '导览 {number} / {count}',
  'tour.next': '下一步',
  'tour.back': '上一步',
  'tour.leave': '离开',
  'tour.done': '完成',
  'tour.plant.title': '实时的工厂',
  'tour.plant.text': '轨道、工位、端口与车辆的当前状态。灰色表示正常，彩色只用于异常。拖动和滚轮可移动画面，点击任何对象可查看其全部信息，也可切换到三维并在车间中漫步。',
  'tour.alarm.title': '有情况',
  'tour.alarm.text': '列表上只有首要原因，由它引起的都折叠在其下。可以确认它，或注明原因与期限后搁置。',
  'tour.place.title': '两次点击到达现场',
  'tour.place.text': '从报警直达其位置。右侧是它的状态、指标及其构成，以及您可以采取的操作。',
  'tour.order.title': '订单的前景',
  'tour.order.text': '从目前对工厂的了解出发多次向前仿真。每个订单都有完成日期的范围和按时的概率；达到 20 条路径后称为扇形预测。',
  'tour.time.title': '一条时间轴',
  'tour.time.text': '向左拖到日志中的任一时刻，向右拖到可能的未来：那时边框为条纹，车辆为虚影，且没有命令。按 End 键或“回到实时”返回。',
  'tour.act.title': '操作',
  'tour.act.text': '命令就在对象旁边。会移动设备的命令须两次确认，确认前显示其对产量和日期的影响；一切均留有审计记录。汾河绝不是安全功能。',
  'tour.end.title': '轮到您了',
  'tour.end.text': '大屏皮肤、大字体和另一种语言都在这里；页面地址就是您所见内容的链接。此按钮可再次开始导览。',
};
