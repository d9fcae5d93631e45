import type { Translated } from '../parts';
import type { entry as english } from '../en/entry';

export const entry: Translated<typeof english> = {
  'entry.title': '登录',
  'entry.name': '用户名',
  'entry.password': '密码',
  'entry.enter': '登录',
  'entry.setUpTitle': '创建首位管理员',
  'entry.setUpWhy': '此工厂还没有管理员。程序启动时打印了一次性令牌，以 fhi_ 开头。',
  'entry.token': '一次性令牌',
  'entry.create': '创建管理员并登录',
  'entry.toSetUp': '首次启动？创建首位管理员',
  'entry.toLogin': '已有管理员：登录',
  'entry.wait': '请稍候',
  'fault.offline': '服务器没有应答，页面会自动重试。',
};
