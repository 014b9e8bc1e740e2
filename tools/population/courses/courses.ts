import { alcohol } from './alcohol.ts'
import { cancer } from './cancer.ts'
import { childHealth, childhoodAsthma } from './childhood.ts'
import { copd } from './copd.ts'
import type { Course } from './course.ts'
import { depression } from './depression.ts'
import { diabetes } from './diabetes.ts'
import { heartFailure } from './heart-failure.ts'
import { hipFracture } from './hip-fracture.ts'
import { pregnancy } from './pregnancy.ts'

const nothing: Course = () => {}

/** What a person's ten years are about, besides what all meet. */
export const COURSES = {
  healthy: nothing,
  child: childHealth,
  diabetes,
  heartFailure,
  copd,
  hipFracture,
  pregnancy,
  childhoodAsthma: (chart) => {
    childHealth(chart)
    childhoodAsthma(chart)
  },
  depression,
  alcohol,
  cancer,
} as const satisfies Record<string, Course>

export type CourseName = keyof typeof COURSES
