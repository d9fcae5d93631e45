// Short names for what the API speaks of. The shapes come from the OpenAPI document (`schema.ts`).
import type { components } from './schema';

type Schemas = components['schemas'];

export type Plant = Schemas['PlantView'];
export type View = Schemas['View'];
export type Item = Schemas['Item'];
export type Numbered = Schemas['Numbered'];
export type Motion = Schemas['Motion'];
export type VehicleView = Schemas['VehicleView'];
export type StationView = Schemas['StationView'];
export type TransportView = Schemas['TransportView'];
export type OrderView = Schemas['OrderView'];
export type AlarmView = Schemas['AlarmView'];
export type AlarmRow = Schemas['AlarmRow'];
export type AccessView = Schemas['AccessView'];
export type StopView = Schemas['StopView'];
export type Mode = Schemas['Mode'];
export type Role = Schemas['Role'];
export type Who = Schemas['Who'];
export type ApiError = Schemas['ApiError'];
export type Act = Schemas['Act'];
export type Done = Schemas['Done'];

export type HistoryView = Schemas['HistoryView'];
export type Mark = Schemas['Mark'];
export type MarkKind = Schemas['MarkKind'];
export type TimeLines = Schemas['TimeLines'];
export type OrderLines = Schemas['OrderLines'];
export type OrderLine = Schemas['OrderLine'];
export type LotsView = Schemas['LotsView'];
export type LotTrace = Schemas['LotTrace'];
export type Generation = Schemas['Generation'];
export type OeeView = Schemas['OeeView'];
export type ForecastView = Schemas['ForecastView'];
export type OrderForecast = Schemas['OrderForecast'];
export type OutputForecast = Schemas['OutputForecast'];

export type PromiseView = Schemas['PromiseView'];
export type PromiseState = Schemas['PromiseState'];
export type PromisesView = Schemas['PromisesView'];
export type PromiseAct = Schemas['PromiseAct'];

export type AlarmKind = Schemas['AlarmKind'];
export type VehicleDoes = Schemas['VehicleDoes'];
export type StationState = Schemas['StationState'];
export type TransportState = Schemas['TransportState'];
export type DeviceMode = Schemas['DeviceMode'];
export type AlarmStands = Schemas['AlarmStands'];
export type Priority = Schemas['Priority'];
export type AccessState = Schemas['AccessState'];
export type AlarmFigures = Schemas['AlarmFiguresView'];
export type Load = Schemas['Load'];
export type LoadAt = Schemas['LoadAt'];
export type ShelfWhy = Schemas['ShelfWhy'];
export type KeeperWhy = Schemas['KeeperWhy'];
export type StopStands = Schemas['StopStands'];
export type Status = Schemas['Status'];
export type Health = Schemas['Health'];
export type AuditEntry = Schemas['AuditEntry'];
export type PriceAsked = Schemas['PriceAsked'];
export type PriceView = Schemas['PriceView'];
export type DifferenceView = Schemas['DifferenceView'];

export type FolderView = Schemas['FolderView'];
export type ProblemView = Schemas['ProblemView'];
export type CheckedView = Schemas['CheckedView'];
export type CheckView = Schemas['CheckView'];
export type Draft = Schemas['Draft'];
export type Move = Schemas['Move'];
export type Side = Schemas['Side'];
export type SpotView = Schemas['SpotView'];
export type WayView = Schemas['WayView'];
export type SimulationView = Schemas['SimulationView'];
export type FigureView = Schemas['FigureView'];
export type EstimateView = Schemas['EstimateView'];
export type Saved = Schemas['Saved'];
export type Hunk = Schemas['Hunk'];

export type RacksView = Schemas['RacksView'];
export type RackView = Schemas['RackView'];
export type AisleView = Schemas['AisleView'];
export type SlotView = Schemas['SlotView'];
export type CraneDoes = Schemas['CraneDoes'];
