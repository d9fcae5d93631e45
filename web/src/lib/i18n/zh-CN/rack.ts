import type { Translated } from '../parts';
import type { rack as english } from '../en/rack';

export const rack: Translated<typeof english> = {
  'rack.title': '立体库',
  'rack.find': '查找货位、载具或产品',
  'rack.missing': '账实不符，下列载具不在账面位置：{carriers}。被人员或堆垛机找到后重新入账。',
  'rack.product': '产品',
  'rack.carrier': '载具',
  'rack.carriers': '载具数',
  'rack.pieces': '件数',
  'rack.next': '下一工序',
  'rack.since': '入库时间',
  'rack.empties': '空载具',
  'rack.unread': '标识无法读取',
  'rack.nothing': '库内为空。',
  'rack.legend': '灰色：有货；虚线：空载具；竖线为堆垛机立柱，箭头为交接点。',
  'rack.filled': '{slots} 个货位已用 {filled} 个',
  'rack.side': '第 {side} 排',
  'rack.slot': '货位',
  'rack.slotEmpty': '{slot}：空货位',
  'rack.slotFull': '{slot}：载具 {carrier}，{product}',
  'rack.close': '关闭',
  'crane.idle': '堆垛机空闲',
  'crane.working': '堆垛机作业中',
  'crane.down': '堆垛机故障',
};
